import path from 'node:path'
import { z } from 'zod'
import { linkScheme, pageOfLink } from '../../features/application/common/link.ts'

/** What a person asks of a start: by arguments, a double click, a file dropped on the icon, a link of ours. */
const schema = z.strictObject({
  /** Null: the one that is open, or the user's own. */
  databasePath: z.string().min(1).nullable(),
  /** Files and folders, absolute. */
  paths: z.array(z.string().min(1)).max(100),
  /** A page of the router. */
  page: z.string().nullable(),
})

export type Asked = z.output<typeof schema>

export const askedNothing: Asked = { databasePath: null, paths: [], page: null }

/**
 * Reads the arguments of a start: `--db FILE`, links, and paths of files. Electron and Chromium have switches of their
 * own, which are passed over.
 * @param args without the binary, and without the project's folder
 * @param folder where the person stands: relative paths begin there
 */
export function askedBy(args: readonly string[], folder: string): Asked {
  let databasePath: string | null = null
  let page: string | null = null
  const paths: string[] = []
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? ''
    if (argument === '--db' || argument.startsWith('--db=')) {
      const file = argument === '--db' ? args[++at] : argument.slice('--db='.length)
      if (file !== undefined && file !== '') databasePath = path.resolve(folder, file)
    } else if (argument.startsWith(`${linkScheme}:`)) page = pageOfLink(argument) ?? page
    else if (argument !== '' && !argument.startsWith('-'))
      paths.push(path.resolve(folder, argument))
  }
  return { databasePath, paths, page }
}

/** What a second start hands over; anything else than this asks for nothing. */
export function askedBySecondStart(data: unknown): Asked {
  return schema.safeParse(data).data ?? askedNothing
}
