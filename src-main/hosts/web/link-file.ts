import { readFileSync } from 'node:fs'
import process from 'node:process'
import { z } from 'zod'
import { removeEntrySync } from '../../platform/files/remove.ts'
import { replacePrivateFileSync } from '../../platform/files/owner-only.ts'

const schema = z.object({
  process: z.int().min(1),
  link: z.string().startsWith('http://127.0.0.1:'),
})

/** Leaves a link for `tunewright serve --link`; one that was used is replaced. Whoever can read it can open the page. */
export function writeLink(file: string, link: string): void {
  try {
    replacePrivateFileSync(file, JSON.stringify({ process: process.pid, link }))
  } catch {
    // The page works without it.
  }
}

export function removeLink(file: string): void {
  removeEntrySync(file)
}

/** @returns null if no process serves a page */
export function readLink(file: string): string | null {
  try {
    const content = schema.parse(JSON.parse(readFileSync(file, 'utf8')))
    // A killed process leaves its file.
    process.kill(content.process, 0)
    return content.link
  } catch {
    return null
  }
}
