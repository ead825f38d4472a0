/** Bun's types list the encodings; callers may have any text, which the decoder checks. */
type Label = ConstructorParameters<typeof TextDecoder>[0];

/** Decoders of other options are made anew: somebody else may have named them. */
const DECODERS_MAX = 32;

const lenient = new Map<string, TextDecoder>();
const fatal = new Map<string, TextDecoder>();

/**
 * Decodes bytes. Decoders are kept: making one costs more than most texts.
 *
 * @throws {RangeError} for an encoding that the runtime does not know
 * @throws {TypeError} for bytes that are no text, if `isFatal`
 */
export function decode(bytes: Uint8Array, label: string, isFatal: boolean): string {
  const decoders = isFatal ? fatal : lenient;
  let decoder = decoders.get(label);
  if (decoder === undefined) {
    decoder = new TextDecoder(label as Label, { fatal: isFatal });
    if (decoders.size < DECODERS_MAX) decoders.set(label, decoder);
  }
  return decoder.decode(bytes);
}
