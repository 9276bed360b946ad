import { Page } from "./page";
import { Panel } from "./panel";

let page: Page | null = null;

new Panel(
  (panel) => {
    page ??= new Page(document.getElementById("panel")!, panel);
  },
  (state) => page?.update(state),
);
