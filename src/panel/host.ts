import type { PanelMessage, PanelRequest, StatisticsAnswer, StatisticsRequest } from "../statistics/panel_protocol";

interface WebviewApi {
  postMessage(message: PanelRequest): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): WebviewApi;

interface Question {
  readonly answer: (answer: StatisticsAnswer) => void;
  readonly end: (error: string | null) => void;
}

/** The extension, as the page sees it. */
export class Host {
  private readonly api = acquireVsCodeApi();
  private readonly open = new Map<number, Question>();
  private last = 0;

  /** @param onMessage receives everything that is not an answer */
  constructor(onMessage: (message: PanelMessage) => void) {
    window.addEventListener("message", (event: MessageEvent<PanelMessage>) => {
      const message = event.data;
      if (message.kind === "answer") this.open.get(message.id)?.answer(message.answer);
      else if (message.kind === "end") {
        const question = this.open.get(message.id);
        this.open.delete(message.id);
        question?.end(message.error);
      } else onMessage(message);
    });
  }

  send(message: PanelRequest): void {
    this.api.postMessage(message);
  }

  /** @returns forgets the question: no further callbacks */
  ask(request: StatisticsRequest, question: Question): () => void {
    const id = ++this.last;
    this.open.set(id, question);
    this.send({ kind: "ask", id, request });
    return () => {
      if (this.open.delete(id)) this.send({ kind: "cancel", id });
    };
  }

  /** What the page keeps while it is hidden. */
  get remembered(): unknown {
    return this.api.getState();
  }

  remember(state: unknown): void {
    this.api.setState(state);
  }
}
