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
 * What a person wrote after the application: a packaged one is the binary alone; a bare runtime takes the first word that is no switch for the
 * project's folder, and its own switches may stand before that.
 */
export function wordsOf(argv: readonly string[], isPackaged: boolean): readonly string[] {
  const words = argv.slice(1)
  if (isPackaged) return words
  const project = words.findIndex(word => !word.startsWith('-'))
  return project === -1 ? words : words.toSpliced(project, 1)
}

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
