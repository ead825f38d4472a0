import { findBannedImports } from "./imports.ts";
import { findUndocumentedExports } from "./exports.ts";
import { bannedTexts, columnsMax, fileName, linesMax } from "./rules.ts";
import type { Source } from "./source.ts";

/** A place where a file breaks a rule. */
export interface Breach {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
}

/** All breaches in one file, in order of their lines. */
export function findBreaches(source: Source): readonly Breach[] {
  return [
    ...findBadName(source),
    ...findLongLines(source),
    ...findLongFile(source),
    ...findBannedTexts(source),
    ...findBannedImports(source),
    ...findUndocumentedExports(source),
  ].toSorted((a, b) => a.line - b.line);
}

/** The line, from 1, of the character at `offset`. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Whether `path` is in one of `folders`, or below. */
export function isIn(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(folder));
}

function findBadName({ path }: Source): Breach[] {
  const good = path.split("/").every((name) => fileName.test(name));
  return good ? [] : [{ path, line: 1, rule: "file names are snake_case" }];
}

function findLongLines({ path, text }: Source): Breach[] {
  return text.split("\n").flatMap((line, index) => {
    const columns = [...line].length;
    if (columns <= columnsMax) return [];
    return [{ path, line: index + 1, rule: `${columns} columns, at most ${columnsMax}` }];
  });
}

function findLongFile({ path, text, generated }: Source): Breach[] {
  const lines = text.split("\n").length - 1;
  if (
    generated || !path.endsWith(".ts") || !isIn(path, linesMax.folders) || lines <= linesMax.lines
  ) return [];
  return [{ path, line: lines, rule: `${lines} lines, at most ${linesMax.lines}` }];
}

function findBannedTexts(source: Source): Breach[] {
  const { path } = source;
  return bannedTexts
    .filter(({ folders, except }) => isIn(path, folders) && !isIn(path, except))
    .flatMap(({ pattern, within, rule }) =>
      [...source[within].matchAll(pattern)].map(({ index }) => ({
        path,
        line: lineAt(source.text, index),
        rule,
      }))
    );
}
