// The list of tags: filters as one types, says what is chosen, and leaves the form's own way to who has no script.
(() => {
  "use strict";
  const filter = document.querySelector(".store-filter");
  const form = document.querySelector(".store-form");
  if (!filter || !form) return;
  const rows = [...form.querySelectorAll("tbody tr")];
  const found = document.querySelector(".found");
  const said = form.querySelector("output");
  const compare = form.querySelector("button");
  const whole = filter.dataset.whole === "yes";
  let waiting = 0;

  function narrow() {
    const asked = Object.fromEntries(new FormData(filter));
    const part = asked.tag.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const { scenario, tag, verdict } = row.dataset;
      const fits =
        (!asked.scenario || scenario === asked.scenario) &&
        (!asked.verdict || verdict === asked.verdict) &&
        tag.toLowerCase().includes(part);
      row.hidden = !fits;
      shown += fits;
    }
    const all = Number(found.dataset.all);
    found.textContent = `${shown.toLocaleString("en")} of ${all.toLocaleString("en")} tag${all === 1 ? "" : "s"}`;
    const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  }

  // a name from right to left does not move what stands beside it
  const apart = (name) => (/[\u0590-\u08ff\ufb1d-\ufefc]/.test(name) ? `\u2068${name}\u2069` : name);

  function tell() {
    const base = form.querySelector("[name=base]:checked");
    const named = (input) => apart(input.closest("tr").dataset.tag);
    for (const input of form.querySelectorAll("[name=new]")) {
      input.disabled = base !== null && input.value === base.value;
      if (input.disabled) input.checked = false;
    }
    const others = [...form.querySelectorAll("[name=new]:checked")];
    compare.disabled = !base || !others.length;
    if (!base && !others.length) said.textContent = "Choose a base, and one or more tags to compare with it.";
    else if (!base) said.textContent = `Choose the base that ${others.map(named).join(", ")} is compared with.`;
    else if (!others.length) said.textContent = `Base ${named(base)}: choose what to compare with it.`;
    else if (others.length === 1) said.textContent = `${named(base)} against ${named(others[0])}`;
    else said.textContent = `A trend from ${named(base)} over ${others.length} tags`;
  }

  if (whole) {
    filter.addEventListener("input", narrow);
    filter.addEventListener("submit", (event) => {
      event.preventDefault();
      narrow();
    });
    filter.querySelector("button").hidden = true;
    narrow(); // what the browser kept in the fields of a page that is gone back to
  } else {
    filter.addEventListener("change", (event) => {
      clearTimeout(waiting);
      if (event.target.tagName === "SELECT") waiting = setTimeout(() => filter.submit(), 50);
    });
  }
  form.addEventListener("change", tell);
  form.addEventListener("submit", () => {
    said.textContent = "Comparing: this takes some seconds.";
  });
  addEventListener("pageshow", tell); // gone back to
  tell();
})();
