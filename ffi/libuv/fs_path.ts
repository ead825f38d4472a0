/** Where paths lie while libuv is called, which copies them or is done with them then. */
import { Region } from "../memory/region.ts";
import type { Pointer } from "../runtime/contract.ts";

/** UTF-8 needs at most three bytes for each UTF-16 unit. */
const UTF8_BYTES_PER_UNIT = 3;

/**
 * More than any system takes (`PATH_MAX` is 4096 bytes): what is longer is refused by the system,
 * however long it is. Its end will do to be refused, and there a template has what libuv checks.
 */
const PATH_UNITS_MAX = 5000;

const PATH_BYTES = PATH_UNITS_MAX * UTF8_BYTES_PER_UNIT + 1;

interface Place {
  readonly region: Region;
  readonly pointer: Pointer;
}

const places: Place[] = [];

/** The first path of a call, or its only one. */
export function firstPath(path: string): Pointer {
  return put(0, path);
}

/** The second path of a call. */
export function secondPath(path: string): Pointer {
  return put(1, path);
}

function put(index: number, path: string): Pointer {
  const place = places[index] ??= newPlace();
  const isLong = path.length > PATH_UNITS_MAX;
  place.region.setText(0, isLong ? path.slice(-PATH_UNITS_MAX) : path);
  return place.pointer;
}

function newPlace(): Place {
  const region = new Region(PATH_BYTES);
  return { region, pointer: region.pointer };
}
