/**
 * Small plain values in shared memory: what a message port would clone, at a fraction of the price.
 *
 * A value is a cell of two 32-bit words, its tag and its length or integer; behind it may stand a
 * number in a cell of its own, the characters of a text, or the values in an array or object.
 * Whatever is not plain is refused, so that nothing is told differently from a structured clone.
 */

const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const INTEGER = 4;
const NUMBER = 5;
const TEXT = 6;
const ARRAY = 7;
const OBJECT = 8;

const CELL_BYTES = 8;
const WORDS = CELL_BYTES / 4;
const UNITS = CELL_BYTES / 2;

/** Longer texts are copied faster by the runtime. */
const TEXT_MAX = 100;
/** Arrays and objects in one list of values; each is looked for among those that came before. */
const OBJECTS_MAX = 8;

/** Writes values into cells, and reads them again: in different threads, one after the other. */
export class PlainValues {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #numbers: Float64Array<SharedArrayBuffer>;
  readonly #units: Uint16Array<SharedArrayBuffer>;
  readonly #objects: (object | undefined)[] = new Array(OBJECTS_MAX).fill(undefined);
  #objectCount = 0;
  #at = 0;
  #end = 0;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
    this.#numbers = new Float64Array(buffer);
    this.#units = new Uint16Array(buffer);
  }

  /**
   * Writes a list of values.
   *
   * @param at the first of the cells, `end` the one behind the last
   * @returns false if they are not plain, or do not fit: then what is in the cells means nothing
   */
  write(values: readonly unknown[], at: number, end: number): boolean {
    this.#at = at;
    this.#end = end;
    this.#objectCount = 0; // the last one may have ended by an error of a getter
    const isWritten = this.#writeArray(values);
    this.#objects.fill(undefined, 0, this.#objectCount);
    return isWritten;
  }

  /** Reads the list of values that begins at a cell. */
  read(at: number): unknown[] {
    this.#at = at;
    return this.#read() as unknown[];
  }

  #write(value: unknown): boolean {
    switch (typeof value) {
      case "number":
        return this.#writeNumber(value);
      case "string":
        return this.#writeText(value);
      case "boolean":
        return this.#put(value ? TRUE : FALSE, 0);
      case "undefined":
        return this.#put(UNDEFINED, 0);
      case "object":
        if (value === null) return this.#put(NULL, 0);
        return Array.isArray(value) ? this.#writeArray(value) : this.#writeObject(value);
      default:
        return false;
    }
  }

  #writeNumber(value: number): boolean {
    const integer = value | 0;
    if (Object.is(integer, value)) return this.#put(INTEGER, integer);
    if (!this.#put(NUMBER, 0) || this.#at >= this.#end) return false;
    this.#numbers[this.#at++] = value;
    return true;
  }

  #writeText(text: string): boolean {
    const { length } = text;
    const cells = Math.ceil(length / UNITS);
    if (length > TEXT_MAX || !this.#put(TEXT, length) || this.#at + cells > this.#end) return false;
    const from = this.#at * UNITS;
    for (let i = 0; i < length; i++) this.#units[from + i] = text.charCodeAt(i);
    this.#at += cells;
    return true;
  }

  #writeArray(array: readonly unknown[]): boolean {
    const { length } = array;
    if (this.#at + length >= this.#end || !this.#isFirst(array)) return false;
    if (Object.getPrototypeOf(array) !== Array.prototype) return false;
    if (Object.keys(array).length !== length) return false; // holes, or properties of its own
    this.#put(ARRAY, length);
    for (let i = 0; i < length; i++) if (!this.#write(array[i])) return false;
    return true;
  }

  #writeObject(object: object): boolean {
    if (Object.getPrototypeOf(object) !== Object.prototype) return false;
    if (Symbol.toStringTag in object || !this.#isFirst(object)) return false;
    const keys = Object.keys(object);
    if (!this.#put(OBJECT, keys.length)) return false;
    for (const key of keys) {
      if (key === "__proto__" || !this.#writeText(key)) return false;
      if (!this.#write((object as Record<string, unknown>)[key])) return false;
    }
    return true;
  }

  /** What is there twice must be one and the same on the other side, too: not here. */
  #isFirst(object: object): boolean {
    const count = this.#objectCount;
    if (count === OBJECTS_MAX) return false;
    for (let i = 0; i < count; i++) if (this.#objects[i] === object) return false;
    this.#objects[this.#objectCount++] = object;
    return true;
  }

  #put(tag: number, length: number): boolean {
    if (this.#at >= this.#end) return false;
    const word = this.#at++ * WORDS;
    this.#words[word] = tag;
    this.#words[word + 1] = length;
    return true;
  }

  #read(): unknown {
    const word = this.#at++ * WORDS;
    const length = this.#words[word + 1] as number;
    switch (this.#words[word]) {
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case INTEGER:
        return length;
      case NUMBER:
        return this.#numbers[this.#at++];
      case TEXT:
        return this.#readText(length);
      case ARRAY:
        return this.#readArray(length);
      case OBJECT:
        return this.#readObject(length);
      default:
        return undefined;
    }
  }

  #readText(length: number): string {
    const from = this.#at * UNITS;
    this.#at += Math.ceil(length / UNITS);
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.#units[from + i] as number);
    return text;
  }

  #readArray(length: number): unknown[] {
    const array: unknown[] = [];
    for (let i = 0; i < length; i++) array.push(this.#read());
    return array;
  }

  #readObject(length: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const key = this.#read() as string;
      object[key] = this.#read();
    }
    return object;
  }
}
