// Cards beside links to terms and sources; where one stopped reading.
window.addEventListener("DOMContentLoaded", () => {
  const article = document.querySelector("article.bd-article");
  if (!article) return;

  // A card: shown on hover and on focus, stays while one is on it, goes away with Escape.
  const card = document.createElement("div");
  Object.assign(card, { id: "lb-card", className: "lb-card", hidden: true });
  card.setAttribute("role", "tooltip");
  article.append(card);
  let shown, timer;
  const show = (link) => {
    clearTimeout(timer);
    if (shown) hide();
    shown = link;
    card.textContent = link.dataset.card;
    card.hidden = false;
    link.setAttribute("aria-describedby", card.id);
    place();
  };
  const place = () => {
    const at = shown.getClientRects()[0];
    if (!at || at.bottom < 0 || at.top > window.innerHeight) return hide();
    const wide = document.documentElement.clientWidth;
    card.style.left = `${Math.max(8, Math.min(at.left, wide - card.offsetWidth - 8))}px`;
    const below = at.bottom + card.offsetHeight + 8 < window.innerHeight;
    card.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - card.offsetHeight - 4)}px`;
  };
  const hide = () => {
    clearTimeout(timer);
    card.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
  };
  const soon = (act, wait) => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
  const left = () => soon(() => shown?.matches(":focus-visible") || hide(), 200); // what a key opened, a mouse leaves
  for (const link of article.querySelectorAll("a[data-card]")) {
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && soon(() => show(link), 150));
    link.addEventListener("pointerleave", left);
    link.addEventListener("focus", () => link.matches(":focus-visible") && show(link));
    link.addEventListener("blur", hide);
  }
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", left);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  window.addEventListener("scroll", () => shown && place(), { passive: true });

  // Where one stopped: the section is kept on this machine only; the first page and the chapter itself offer it.
  const KEY = "lossbook-reading";
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || {};
    } catch {
      return {};
    }
  };
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href).href;
  const page = location.href.split(/[?#]/)[0].replace(root, "");
  const title = document.querySelector("h1")?.cloneNode(true);
  title?.querySelectorAll(".headerlink").forEach((link) => link.remove());
  const isFirst = page === "book/index.html";
  const before = read();

  const offer = isFirst ? before.last && before.pages?.[before.last] : before.pages?.[page];
  if (offer && !location.hash && (isFirst || offer.section)) {
    const pill = document.createElement("aside");
    pill.className = "lb-continue";
    pill.setAttribute("aria-label", "Where you stopped");
    const link = document.createElement("a");
    link.href = `${root}${isFirst ? before.last : page}${offer.section ? `#${offer.section}` : ""}`;
    link.textContent = isFirst ? `Continue: ${offer.title}` : `Continue at: ${offer.heading}`;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", "Close");
    pill.append(link, close);
    document.querySelector("main").append(pill);
    for (const part of [link, close]) part.addEventListener("click", () => pill.remove());
  }

  const sections = [...article.querySelectorAll("section > section > h2")];
  if (isFirst || !sections.length) return;
  let waiting;
  window.addEventListener("scroll", () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      const heading = sections.filter((part) => part.getBoundingClientRect().top < window.innerHeight / 2).at(-1);
      const kept = read();
      const words = heading?.cloneNode(true);
      words?.querySelectorAll(".headerlink").forEach((link) => link.remove());
      kept.last = page;
      kept.pages = { ...kept.pages, [page]: {
        title: title.textContent.trim(), section: heading?.parentNode.id, heading: words?.textContent.trim() } };
      try {
        localStorage.setItem(KEY, JSON.stringify(kept));
      } catch {
        // A browser that keeps nothing.
      }
    }, 300);
  }, { passive: true });
});
