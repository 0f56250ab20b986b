import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

interface FileTree {
  /** Where it is from. */
  readonly origin: string
  readonly files: Readonly<Record<string, string>>
}

/** Lays out a tree of `test/fixtures/sysfs` in a folder, as the kernel shows it. */
export function layOut(folder: string, name: string): string {
  const fixture = new URL(`../fixtures/sysfs/${name}.json`, import.meta.url)
  const { files } = JSON.parse(readFileSync(fixture, 'utf8')) as FileTree
  for (const [file, text] of Object.entries(files)) setFile(folder, file, text)
  return folder
}

export function setFile(folder: string, file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
  writeFileSync(path.join(folder, file), `${text}\n`)
}
