import { pathToFileURL } from 'node:url'

/** The exports of a user's module; its types for the user are in `resources/types/tunewright.d.ts`. */
export interface UserModule {
  readonly train: ((trial: unknown) => unknown) | null
  /** Unchecked. */
  readonly space: unknown
}

/** Runs a file of the user in this process. Its default export may hold what it does not export by name. */
export async function loadUserModule(file: string): Promise<UserModule> {
  const exported = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
  const fallback = (exported['default'] ?? {}) as Readonly<Record<string, unknown>>
  const train = exported['train'] ?? fallback['train']
  return {
    train: typeof train === 'function' ? (train as UserModule['train']) : null,
    space: exported['space'] ?? fallback['space'],
  }
}
