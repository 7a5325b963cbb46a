// The course: a menu of lessons and the lesson that is open, beside the lab. The lessons are files in lessons/.

import { currentView, replaceView } from "./address.js";
import { Progress } from "./course-progress.js";
import { LessonView } from "./lesson-view.js";
import { byId, make } from "./page.js";
import { text } from "./strings.js";

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
  const forget = make("button", { type: "button", className: "link" }, text("course.forget"));
  const index = make("details", {}, make("summary", {}, text("course.menu")), menu, forget);
  const room = make("div", {});
  const close = make("button", { type: "button" }, text("course.close"));
  const head = make("div", { className: "course-head" }, make("h2", { tabIndex: -1 }, text("course.title")), close);
  const panel = make("aside", { id: "course", hidden: true, "aria-label": text("course.title") }, head, index, room);
  byId("lab").before(panel);

  const words = (/** @type {Lesson} */ { words }) => words[document.documentElement.lang] ?? words.en;

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

  /** @param {string} id */
  const show = (id) => {
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
    room.replaceChildren(view.element);
    index.open = false;
    list();
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
    store.notify({
      kind: "link",
      title: text("notice.link"),
      lines: [{ field: "lesson", got: id, allowed: ids.join(", ") }],
    });
    replaceView("lesson", null);
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
