/// The page's script: comparing by a slider, and sorting tables. Without it the page still shows
/// everything.
enum PageScript {
  static let text = """

    "use strict";
    for (const panels of document.querySelectorAll(".panels")) {
      const original = panels.querySelector(".original img");
      const reconstruction = panels.querySelector(".reconstruction img");
      const figure = document.createElement("figure");
      figure.className = "compare";
      const stack = document.createElement("div");
      stack.className = "stack";
      const under = reconstruction.cloneNode();
      const over = original.cloneNode();
      under.alt = over.alt = "";
      over.className = "over";
      const slider = document.createElement("input");
      slider.type = "range";
      slider.min = 0;
      slider.max = 100;
      slider.step = "any";
      slider.value = 50;
      slider.setAttribute("aria-label", "Compare: percentage of the width that shows the original");
      slider.addEventListener("input", () => {
        stack.style.setProperty("--split", slider.value + "%");
      });
      slider.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2 }[event.key];
        if (!step) return;
        event.preventDefault();
        slider.value = Number(slider.value) + step;
        slider.dispatchEvent(new Event("input"));
      });
      const caption = document.createElement("figcaption");
      for (const part of ["Original", "\\u2194", "Reconstruction"]) {
        const span = document.createElement("span");
        span.textContent = part;
        caption.append(span);
      }
      stack.append(under, over, slider);
      figure.append(stack, caption);
      panels.append(figure);
    }
    for (const table of document.querySelectorAll("table.sortable")) {
      const heads = [...table.tHead.rows[0].cells];
      heads.forEach((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => {
          const descending = head.getAttribute("aria-sort") === "ascending";
          heads.forEach((other) => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", descending ? "descending" : "ascending");
          const keyed = [...table.tBodies[0].rows].map((row) => {
            const cell = row.cells[column];
            const number = cell.dataset.n;
            return [number === undefined ? cell.textContent : Number(number), row];
          });
          const sign = descending ? -1 : 1;
          keyed.sort(([a], [b]) => a < b ? -sign : a > b ? sign : 0);
          table.tBodies[0].append(...keyed.map(([, row]) => row));
        });
      });
    }

    """
}
