import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { z } from 'zod'

/** Only the user can read it: whoever can, can open the page. */
const OWN_ONLY = 0o600

const schema = z.object({
  process: z.int().min(1),
  link: z.string().startsWith('http://127.0.0.1:'),
})

/** Leaves a link for `tunewright serve --link`; one that was used is replaced. */
export function writeLink(file: string, link: string): void {
  const temporary = `${file}.${process.pid}.new`
  try {
    rmSync(temporary, { force: true })
    const text = JSON.stringify({ process: process.pid, link })
    writeFileSync(temporary, text, { mode: OWN_ONLY, flag: 'wx' })
    renameSync(temporary, file)
  } catch {
    // The page works without it.
    rmSync(temporary, { force: true })
  }
}

export function removeLink(file: string): void {
  rmSync(file, { force: true })
}

/** @returns null if no process serves a page */
export function readLink(file: string): string | null {
  try {
    const left = schema.parse(JSON.parse(readFileSync(file, 'utf8')))
    // A killed process leaves its file.
    process.kill(left.process, 0)
    return left.link
  } catch {
    return null
  }
}
