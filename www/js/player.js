// While the run goes on: asks for a frame, draws it, asks for the next. Never more than one at a time.

/** For those who want no motion, numbers still have to change: this rarely, in milliseconds. */
const CALM_INTERVAL = 250;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./session.js").Session} session
 */
export function startPlayer(store, session) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let playing = false;

  const wanted = () => (store.state.running || store.state.stepping > 1) && !document.hidden;

  async function play() {
    if (playing) return;
    playing = true;
    try {
      while (wanted()) {
        await nextFrame(calm.matches);
        if (wanted()) await session.refresh();
      }
    } catch (error) {
      session.report("error", error);
    } finally {
      playing = false;
    }
  }

  store.subscribe((state, before) => {
    if (state.running !== before.running || state.stepping !== before.stepping || state.step !== before.step) {
      if (wanted()) play();
    }
  });
  document.addEventListener("visibilitychange", play);
}

/** @param {boolean} calm */
function nextFrame(calm) {
  return new Promise((resolve) => {
    if (calm) setTimeout(resolve, CALM_INTERVAL);
    else requestAnimationFrame(resolve);
  });
}
