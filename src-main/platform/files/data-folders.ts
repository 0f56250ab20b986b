import path from 'node:path'
import envPaths from 'env-paths'

/** Names the folder of a portable installation; whatever would lie with the user lies in it then. */
export const DATA_VARIABLE = 'TUNEWRIGHT_DATA'

/** Folders for what belongs to the user, whichever database is open; absolute. */
export function dataFolders(): { readonly data: string; readonly cache: string } {
  const portable = process.env[DATA_VARIABLE]
  if (portable === undefined || portable === '') return envPaths('tunewright', { suffix: '' })
  const data = path.resolve(portable)
  return { data, cache: path.join(data, 'cache') }
}
