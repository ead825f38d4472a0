/** Reads the public fields of libuv's structs from the text of its headers. */

/** Groups of fields that are macros in C. Other macros in a struct stand for private fields. */
const publicGroups = ["UV_REQ_FIELDS", "UV_HANDLE_FIELDS", "UV_STREAM_FIELDS"];

/**
 * The public fields by the name of their struct: the typedef, or the tag where there is none. A
 * union inside a struct is a field, and its members follow as `data.fd`.
 *
 * A field is private if it stands behind the comment that says so.
 */
export function structsIn(headers: readonly string[]): Map<string, readonly string[]> {
  const text = headers.map(prepared).join("\n");
  const groups = new Map(publicGroups.map((name) => [name, groupIn(text, name)]));
  const declarations = text.replace(/^[ \t]*#(?:.*\\\n)*.*$/gm, "");
  const typedefs = new Map(
    [...declarations.matchAll(/typedef struct (\w+) (\w+);/g)].map((
      [, tag = "", name = ""],
    ) => [tag, name]),
  );
  const structs = new Map<string, readonly string[]>();
  for (const { tag, body, alias } of bodiesIn(declarations)) {
    const name = alias || typedefs.get(tag) || tag;
    const expanded = body.replace(/\bUV_\w+_FIELDS\b/g, (macro) => groups.get(macro) ?? "");
    if (name.startsWith("uv_") && !name.startsWith("uv__")) structs.set(name, fieldsIn(expanded));
  }
  return structs;
}

/** The text without comments but for marks where the private and the public fields begin. */
function prepared(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => {
    const mark = /^\/\* (private|public|read-only) \*\/$/.exec(comment)?.[1];
    return mark === undefined ? "" : mark === "private" ? "@private;" : "@public;";
  });
}

function groupIn(text: string, name: string): string {
  const lines = new RegExp(`#define ${name}\\b((?:.*\\\\\\n)+.*)`).exec(text)?.[1] ?? "";
  return `${lines.replace(/\\\n/g, "\n")} @public;`;
}

/** Structs with their text between the braces, which may hold braces of its own. */
function* bodiesIn(text: string): Generator<{ tag: string; body: string; alias: string }> {
  for (const found of text.matchAll(/\b(?:typedef )?struct (\w*)\s*\{/g)) {
    const start = found.index + found[0].length;
    let end = start;
    for (let depth = 1; depth > 0; end++) {
      if (text[end] === "{") depth++;
      if (text[end] === "}") depth--;
    }
    const alias = /^\s*(\w+)\s*;/.exec(text.slice(end))?.[1] ?? "";
    yield { tag: found[1] ?? "", body: text.slice(start, end - 1), alias };
  }
}

function fieldsIn(body: string): string[] {
  const unions = new Map<string, readonly string[]>();
  const flat = body.replace(/union\s*\{([^}]*)\}\s*(\w+)\s*;/g, (_, members: string, name) => {
    unions.set(name, members.split(";").map(nameIn).filter((member) => member !== ""));
    return `union ${name};`;
  });
  let isPublic = true;
  const fields: string[] = [];
  for (const declaration of flat.split(";")) {
    const mark = /@(\w+)/.exec(declaration)?.[1];
    if (mark !== undefined) isPublic = mark === "public";
    const name = nameIn(declaration);
    if (mark !== undefined || !isPublic || name === "") continue;
    fields.push(name, ...(unions.get(name) ?? []).map((member) => `${name}.${member}`));
  }
  return fields;
}

/** The declared name: the last word, before the brackets of an array. */
function nameIn(declaration: string): string {
  return /(\w+)\s*(?:\[\w*\])?\s*$/.exec(declaration)?.[1] ?? "";
}
