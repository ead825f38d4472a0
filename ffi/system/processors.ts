import { uv_cpu_info_t, uv_cpu_times_s } from "../libuv/layouts.ts";
import { nativeText } from "../memory/native_text.ts";
import { systemFunctions } from "./functions.ts";
import { type ListResult, readList, wordOf } from "./list.ts";

/** One processor, as the system numbers them. */
export interface Processor {
  /** Its model, in the maker's words; may be empty. */
  readonly model: string;
  /** Its present speed, in MHz; 0 where the system does not say. */
  readonly speedMhz: number;
  /** What it has spent its time on since the start, in milliseconds. */
  readonly timesMs: {
    readonly user: number;
    readonly nice: number;
    readonly system: number;
    readonly idle: number;
    readonly interrupt: number;
  };
}

/** Reads all processors (`uv_cpu_info`). */
export function readProcessors(): ListResult<Processor> {
  const uv = systemFunctions();
  return readList({
    itemBytes: uv_cpu_info_t.size,
    make: uv.uv_cpu_info,
    read: readProcessor,
    free: uv.uv_free_cpu_info,
  });
}

function readProcessor(item: DataView): Processor {
  const time = (field: number) => wordOf(item, uv_cpu_info_t.cpu_times + field);
  const model = wordOf(item, uv_cpu_info_t.model);
  return {
    model: model === 0 ? "" : nativeText(model),
    speedMhz: item.getInt32(uv_cpu_info_t.speed, true),
    timesMs: {
      user: time(uv_cpu_times_s.user),
      nice: time(uv_cpu_times_s.nice),
      system: time(uv_cpu_times_s.sys),
      idle: time(uv_cpu_times_s.idle),
      interrupt: time(uv_cpu_times_s.irq),
    },
  };
}
