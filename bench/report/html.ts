/** Text as HTML. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Makes text safe, in content and in attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}

/** An element around what is HTML already; nothing where that is nothing. */
export function wrap(tag: string, content: string): string {
  return content === "" ? "" : `<${tag}>${content}</${tag.split(" ")[0]}>`;
}

/** A list of texts; nothing where there is none. */
export function list(texts: readonly string[], className = ""): string {
  const items = texts.map((text) => wrap("li", escape(text))).join("");
  return wrap(className === "" ? "ul" : `ul class="${className}"`, items);
}
