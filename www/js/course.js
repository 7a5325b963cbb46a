// The course: a menu of lessons and the lesson that is open, beside the lab. The lessons are files in lessons/.

import { currentView, replaceView } from "./address.js";
import { Progress } from "./course-progress.js";
import { LessonView } from "./lesson-view.js";
import { byId, make } from "./page.js";
import { text } from "./strings.js";
import { tellView } from "./tell.js";

/** @typedef {import("./types.js").Lesson} Lesson */

/**
 * Fetches the lessons, and returns what opens the course: at the lesson of the address, or at the menu.
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 */
export async function startCourse(store, session) {
  const styled = loadStyle();
  /** @type {[string[], Record<string, string>]} */
  const [ids, quantities] = await Promise.all([fetched("lessons"), fetched("quantities")]);
  /** @type {Lesson[]} */
  const lessons = await Promise.all(ids.map(fetched));
  await styled;
  const progress = new Progress();

  const menu = make("ol", { className: "lessons" });
  const forget = make("button", { type: "button", className: "link", "data-string": "course.forget" });
  const index = make("details", {}, make("summary", { "data-string": "course.menu" }), menu, forget);
  const room = make("div", {});
  const close = make("button", { type: "button", "data-string": "course.close" });
  const head = make("div", { className: "course-head" }, make("h2", { tabIndex: -1, "data-string": "course.title" }), close);
  const panel = make("aside", { id: "course", hidden: true, "data-label": "course.title" }, head, index, room);
  byId("lab").before(panel);

  /** In the language of the page, or else in English. @param {Lesson} lesson */
  const words = ({ words }) => words[store.state.language] ?? words.en;

  const list = () => {
    forget.hidden = progress.isEmpty;
    menu.replaceChildren(
      ...lessons.map((lesson, at) => {
        const open = make("button", { type: "button", className: "link", onclick: () => go(ids[at]) }, words(lesson).title);
        if (panel.dataset.lesson === ids[at]) open.setAttribute("aria-current", "true");
        const said = progress.isDone(ids[at]) ? "course.minutesDone" : "course.minutes";
        return make("li", {}, open, make("span", { className: "quiet" }, text(said, { minutes: lesson.minutes })));
      }),
    );
  };

  /** @param {string} id @param {boolean} [anew] Whether somebody has just come to it. */
  const show = (id, anew = true) => {
    const at = ids.indexOf(id);
    const lesson = lessons[at];
    const next = ids[at + 1];
    panel.dataset.lesson = id;
    const view = new LessonView({ id, lesson, words: words(lesson), quantities }, store, session, {
      onDone: () => {
        progress.finish(id);
        list();
      },
      next: next === undefined ? null : { title: words(lessons[at + 1]).title, open: () => go(next) },
    });
    const { language } = store.state;
    const foreign = language in lesson.words ? [] : [make("p", { className: "caption", "data-string": "course.foreign" })];
    view.element.lang = foreign.length > 0 ? "en" : language;
    room.replaceChildren(...foreign, view.element);
    list();
    if (!anew) return;
    index.open = false;
    view.focus();
  };

  /** @param {string} id */
  const go = (id) => {
    replaceView("lesson", id);
    show(id);
    panel.scrollTop = 0;
  };

  /** What the address asks for. */
  const follow = () => {
    const id = currentView("lesson");
    document.documentElement.toggleAttribute("data-course", !panel.hidden);
    if (id === null || id === panel.dataset.lesson) return;
    if (ids.includes(id)) return show(id);
    tellView(store, "lesson", id, ids);
  };

  close.addEventListener("click", () => {
    panel.hidden = true;
    replaceView("lesson", null);
    follow();
    byId("course-button").focus();
  });
  forget.addEventListener("click", () => {
    progress.forget();
    list();
    /** @type {HTMLElement} */ (index.querySelector("summary")).focus();
  });
  addEventListener("popstate", () => {
    if (currentView("lesson") !== null) panel.hidden = false;
    follow();
  });
  index.open = true;
  list();
  // In another language a lesson begins anew.
  store.subscribe((state, before) => {
    if (state.language === before.language) return;
    const { lesson } = panel.dataset;
    if (lesson === undefined) list();
    else show(lesson, false);
  });

  return () => {
    panel.hidden = false;
    const { lesson } = panel.dataset;
    if (lesson !== undefined && currentView("lesson") === null) replaceView("lesson", lesson);
    follow();
    if (currentView("lesson") === null) /** @type {HTMLElement} */ (head.firstElementChild).focus();
  };
}

/** @param {string} name @returns {Promise<any>} */
async function fetched(name) {
  const response = await fetch(new URL(`../lessons/${name}.json`, import.meta.url));
  if (!response.ok) throw new Error(`lessons/${name}.json: HTTP ${response.status}`);
  return response.json();
}

/** The style sheet of the course, which nothing before it needs. */
function loadStyle() {
  const link = make("link", { rel: "stylesheet", href: new URL("../css/course.css", import.meta.url).href });
  document.head.append(link);
  return new Promise((resolve, reject) => {
    link.addEventListener("load", resolve, { once: true });
    link.addEventListener("error", () => reject(new Error("css/course.css")), { once: true });
  });
}
