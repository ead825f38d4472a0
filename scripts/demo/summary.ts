import { MESSAGE_BYTES } from "./message.ts";
import type { Trial } from "./trial.ts";

/** Above this the load may be what limits the rate. */
const LOAD_CPU_SHARE_MAX = 0.95;

/** Below this of both, something else was on their cores: one of them always has work to do. */
const CPU_SHARE_MIN = 0.8;

const head = [
  "",
  "connections",
  "messages",
  "messages/s",
  "CPU ns/message",
  "of it user",
  "callbacks/message",
];

const notes =
  `messages           64 bytes each, the next one when the last is back; every byte is compared
messages/s         the median of the rounds
CPU ns/message     what the server used, user and system: most of it is the kernel's TCP
of it user         the server program's own share; the kernel samples it, so give or take 10 %
callbacks/message  how often native code called JavaScript: libuv only fills a ring with records
                   here, which JavaScript reads when libuv is done (–: not counted)`;

/** The figures of one contender. */
interface Figures {
  readonly trial: Trial;
  readonly messages: number;
  readonly messagesPerSecond: number;
  readonly cpuNs: number | undefined;
  readonly userNs: number | undefined;
  /** The parts of their cores that both used. */
  readonly serverShare: number | undefined;
  readonly loadShare: number | undefined;
  readonly callbacks: number | undefined;
}

/** All that the demo has to say at its end. */
export function renderSummary(trials: readonly Trial[], connections: number): string {
  const figures = trials.filter(({ windows }) => windows.length > 0).map(figuresOf);
  if (figures.length === 0) return "There is no server left to tell of.";
  const rows = [head, ...figures.map((of) => rowOf(of, connections))];
  const sentences = [...renderComparisons(figures), ...renderCautions(figures)];
  return [renderTable(rows), notes, [...sentences, renderBytes(trials)].join("\n")].join("\n\n");
}

function figuresOf(trial: Trial): Figures {
  const { windows, metrics } = trial;
  const total = (part: (window: Trial["windows"][number]) => number | undefined) =>
    windows.reduce<number | undefined>((sum, window) => {
      const more = part(window);
      return sum === undefined || more === undefined ? undefined : sum + more;
    }, 0);
  const messages = total((window) => window.messages) ?? 0;
  const userNs = total(({ serverCpu }) => serverCpu?.userNs);
  const systemNs = total(({ serverCpu }) => serverCpu?.systemNs);
  const loadNs = total(({ loadCpu }) => loadCpu && loadCpu.userNs + loadCpu.systemNs);
  const seconds = total((window) => window.seconds) ?? 0;
  const inAll = windows.at(-1)?.messagesInAll ?? 0;
  const serverNs = userNs === undefined || systemNs === undefined ? undefined : userNs + systemNs;
  return {
    trial,
    messages,
    messagesPerSecond: median(windows.map((window) => window.messages / window.seconds)),
    cpuNs: serverNs && serverNs / messages,
    userNs: userNs && userNs / messages,
    serverShare: serverNs && serverNs / (seconds * 1e9),
    loadShare: loadNs && loadNs / (seconds * 1e9),
    callbacks: metrics && metrics.nativeToJsCallbacks / inAll,
  };
}

function rowOf(figures: Figures, connections: number): string[] {
  const { callbacks } = figures;
  return [
    figures.trial.contender.title,
    whole(connections),
    whole(figures.messages),
    whole(figures.messagesPerSecond),
    whole(figures.cpuNs),
    whole(figures.userNs),
    callbacks === undefined ? "–" : callbacks === 0 ? "0" : callbacks.toFixed(2),
  ];
}

/** Left-aligned titles, right-aligned figures. */
function renderTable(rows: readonly string[][]): string {
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => widthOf(cells[column]))));
  const [first, ...rest] = rows.map((cells) =>
    cells.map((text, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? text.padEnd(width) : text.padStart(width);
    }).join("  ")
  );
  return [first, "─".repeat(widthOf(first)), ...rest].join("\n");
}

function widthOf(text: string | undefined): number {
  return text?.length ?? 0;
}

/** A sentence for each runtime: how our server and the runtime's own compare. */
function renderComparisons(all: readonly Figures[]): string[] {
  return all.filter(({ trial }) => trial.contender.isOurs).flatMap((ours) => {
    const { runtime } = ours.trial.contender;
    const own = all.find(({ trial: { contender } }) =>
      !contender.isOurs && contender.runtime === runtime
    );
    if (own === undefined) return [];
    const rate = (ours.messagesPerSecond / own.messagesPerSecond).toFixed(2);
    const cpu = ours.cpuNs === undefined || own.cpuNs === undefined
      ? ""
      : `, at ${(ours.cpuNs / own.cpuNs).toFixed(2)} × the CPU time for each`;
    return [`On ${runtime} rotor-uv echoed ${rate} × the messages of ${runtime}.listen${cpu}.`];
  });
}

/** A line for each thing that limits what the figures say. */
function renderCautions(all: readonly Figures[]): string[] {
  const cautions = all
    .filter(({ loadShare }) => loadShare !== undefined && loadShare > LOAD_CPU_SHARE_MAX)
    .map(({ trial }) =>
      `Against ${trial.contender.title} the load was as busy as can be: the rate may be its own.`
    );
  const isDisturbed = ({ serverShare = 1, loadShare = 1 }: Figures) =>
    Math.max(serverShare, loadShare) < CPU_SHARE_MIN;
  if (all.some(isDisturbed)) {
    cautions.push("Other programs were busy meanwhile: on a quiet machine the rates are higher.");
  }
  if (all.some(({ trial }) => trial.metrics?.callbacks === "runtime")) {
    cautions.push("The fallback callbacks are in use: libuv calls JavaScript for each event.");
  }
  if (all.some(({ cpuNs }) => cpuNs === undefined)) {
    cautions.push("There is no /proc here, so the CPU time of the servers is not known.");
  }
  return cautions;
}

/** The verdict on the bytes. */
function renderBytes(trials: readonly Trial[]): string {
  const wrong = trials.filter(({ wrongBytes }) => wrongBytes > 0);
  const bytes = trials.reduce((sum, { check, windows }) => {
    return sum + check.bytes + (windows.at(-1)?.messagesInAll ?? 0) * MESSAGE_BYTES;
  }, 0);
  if (wrong.length === 0) return `All ${whole(bytes)} bytes came back as they were sent.`;
  return wrong.map(({ contender, wrongBytes }) =>
    `WRONG: ${contender.title} sent ${whole(wrongBytes)} bytes back other than they were.`
  ).join("\n");
}

/** The middle one, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** `1,234,567`. */
export function whole(value: number | undefined): string {
  return value === undefined ? "–" : Math.round(value).toLocaleString("en-US");
}
