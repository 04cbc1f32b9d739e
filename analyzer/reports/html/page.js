// What a page of kweigh can do: search, filter, a tooltip, arrow keys in heat maps and drawings, light and dark.
// Text from the report is only ever read and set as text.
"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const root = document.documentElement;
  for (const part of all("[data-needs-script]")) part.hidden = false;

  // Light and dark: as the system has it, until somebody chooses.
  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const showTheme = () => {
    theme.textContent = isDark() ? "Switch to light" : "Switch to dark";
  };
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();

  // Search hides what does not have all the words; a table's own filter counts besides.
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const filters = all("[data-filters]");
  const texts = new WeakMap();
  const textOf = (part) => {
    if (!texts.has(part)) texts.set(part, part.textContent.toLowerCase());
    return texts.get(part);
  };
  const words = (input) => input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (part, wanted) => wanted.every((word) => textOf(part).includes(word));
  const setShown = (part, shown) => part.classList.toggle("unmatched", !shown);

  const foldedOpen = new Set();
  const apply = () => {
    const wanted = words(search);
    const local = new Map(filters.map((input) => [input.dataset.filters, words(input)]));
    let matches = 0;
    for (const table of all("table")) {
      const own = local.get(table.id) || [];
      let shown = 0;
      const rows = all("tr[data-row]", table);
      for (const row of rows) {
        const group = row.parentElement.querySelector("tr.group");
        const inGroup = (word) => textOf(row).includes(word) || (group && textOf(group).includes(word));
        const match = [...wanted, ...own].every(inGroup);
        setShown(row, match);
        if (match) shown += 1;
      }
      matches += shown;
      for (const group of all("tr.group", table)) {
        setShown(group, all("tr[data-row]:not(.unmatched)", group.parentElement).length > 0);
      }
      const count = document.getElementById(table.id.replace("table", "count"));
      if (count) count.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} rows`;
    }
    for (const part of all("[data-text]")) {
      const match = !wanted.length || has(part, wanted);
      setShown(part, match);
      if (match && wanted.length && part.matches("p, div, li")) matches += 1;
      if (part.tagName === "DETAILS") {
        if (wanted.length && match && !part.open) {
          part.open = true;
          foldedOpen.add(part);
        } else if (!wanted.length && foldedOpen.delete(part)) {
          part.open = false;
        }
      }
    }
    // Where a search leaves nothing, no empty table, drawing or heading stays behind.
    for (const part of all("figure, section, .scroll:has(table)")) {
      setShown(part, !wanted.length || part.querySelector("tr[data-row]:not(.unmatched), [data-text]:not(.unmatched)"));
    }
    found.textContent = wanted.length ? (matches === 1 ? "1 match" : `${matches} matches`) : "";
  };
  let waiting = 0;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  };
  for (const input of [search, ...filters]) input.addEventListener("input", later);

  // A tooltip says whose a cell is and, from the row that it leads to, why.
  const tip = document.getElementById("tip");
  const target = (part) => {
    const link = part.getAttribute("href");
    return link && link.startsWith("#") ? document.getElementById(link.slice(1)) : null;
  };
  const reason = (part) => {
    const row = target(part);
    // A single letter is the value, which is said already.
    const said = (text) => text.length > 1;
    return row ? all("td", row).map((cell) => cell.textContent.trim()).filter(said).join("\n") : "";
  };
  let described = null;
  const hide = () => {
    tip.hidden = true;
    if (described) described.removeAttribute("aria-describedby");
    described = null;
  };
  const place = () => {
    const at = described.getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    const left = Math.max(4, Math.min(at.left, innerWidth - size.width - 8));
    const below = at.bottom + 6;
    const top = below + size.height < innerHeight ? below : Math.max(4, at.top - size.height - 6);
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  };
  const show = (part) => {
    hide();
    tip.textContent = [part.dataset.tip, reason(part)].filter(Boolean).join("\n");
    tip.hidden = false;
    part.setAttribute("aria-describedby", "tip");
    described = part;
    place();
  };
  const tipped = (event) => (event.target instanceof Element ? event.target.closest("[data-tip]") : null);
  document.addEventListener("mouseover", (event) => {
    const part = tipped(event);
    if (part) show(part);
    else if (event.target !== tip && document.activeElement !== described) hide();
  });
  document.addEventListener("focusin", (event) => (tipped(event) ? show(tipped(event)) : hide()));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  // To go to a cell by keyboard may scroll: what is said about it goes along.
  const follow = () => {
    if (described && described === document.activeElement) place();
    else hide();
  };
  addEventListener("scroll", follow, { passive: true, capture: true });

  // One tab stop for a heat map or drawing; the arrow keys go on from there.
  const stops = (area) => all("a[data-tip], svg [data-tip]", area).filter((part) => !part.closest(".unmatched"));
  const line = (part) => all("td", part.closest("tr")).indexOf(part.closest("td"));
  const neighbour = (area, part, key) => {
    const parts = stops(area);
    const at = parts.indexOf(part);
    if (key === "Home") return parts[0];
    if (key === "End") return parts[parts.length - 1];
    if (key === "ArrowRight") return parts[at + 1];
    if (key === "ArrowLeft") return parts[at - 1];
    if (!part.closest("td")) return parts[at + (key === "ArrowDown" ? 1 : -1)];
    const same = parts.filter((other) => line(other) === line(part));
    return same[same.indexOf(part) + (key === "ArrowDown" ? 1 : -1)];
  };
  const keys = new Set(["Home", "End", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"]);
  for (const area of all("[data-rove]")) {
    stops(area).forEach((part, place) => part.setAttribute("tabindex", place ? "-1" : "0"));
    area.addEventListener("keydown", (event) => {
      const part = tipped(event);
      if (!part || !keys.has(event.key)) return;
      event.preventDefault();
      const next = neighbour(area, part, event.key);
      if (!next) return;
      for (const other of all('[tabindex="0"]', area)) other.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }

  // Whatever somebody goes to is to be seen, also behind a fold or a filter.
  const reveal = () => {
    const wanted = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!wanted) return;
    for (let part = wanted.parentElement; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    if (wanted.closest(".unmatched")) {
      for (const input of [search, ...filters]) input.value = "";
      apply();
    }
    wanted.scrollIntoView({ block: "nearest" });
  };
  addEventListener("hashchange", reveal);
  reveal();

  // On paper nothing stays folded.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
  });

  // A region that does not scroll is no tab stop; one that does says so above.
  const settle = () => {
    for (const part of all(".scroll")) {
      const scrolls = part.scrollWidth > part.clientWidth;
      if (scrolls) part.setAttribute("tabindex", "0");
      else part.removeAttribute("tabindex");
      part.previousElementSibling.hidden = !scrolls;
    }
  };
  addEventListener("resize", settle);
  document.addEventListener("toggle", settle, true);
  settle();
})();
