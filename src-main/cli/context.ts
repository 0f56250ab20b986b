import { withTexts } from '../i18n/spoken.ts'
import process from 'node:process'
import type { Command } from 'commander'
import { languageOf, languages, type Language } from '../i18n/language.ts'
import { createTranslate, type Translate } from '../i18n/translate.ts'
import { locateWorkspace, type Workspace } from '../storage/workspace.ts'
import { openStoreForWriting, openStudyStore } from '../storage/sqlite-study-store.ts'
import type { StudyReader, StudyStore } from '../storage/study-store.ts'

/** What every command needs: where things are, how to speak, where to write. */
export interface CliContext {
  /** What `--db` said; null for the user's own database. */
  readonly database: string | null
  readonly workspace: Workspace
  readonly language: Language
  readonly t: Translate
  readonly json: boolean
  readonly now: () => number
  print(text: string): void
  /** Facts have their texts beside them. */
  printJson(value: unknown): void
}

interface GlobalOptions {
  readonly db?: string
  readonly json?: boolean
  readonly language?: string
}

export function createContext(command: Command): CliContext {
  const options = command.optsWithGlobals<GlobalOptions>()
  const language = chooseLanguage(options.language)
  const t = createTranslate(language)
  const replacer = withTexts(t)
  return {
    database: options.db ?? null,
    workspace: locateWorkspace(options.db ?? null),
    language,
    t,
    json: options.json === true,
    now: Date.now,
    print: text => {
      process.stdout.write(`${text}\n`)
    },
    printJson: value => {
      process.stdout.write(`${JSON.stringify(value, replacer)}\n`)
    },
  }
}

/** Runs `work` with the database open for writing (made if missing), and closes it whatever happens. */
export async function withStore<Result>(
  context: CliContext,
  work: (store: StudyStore) => Promise<Result>,
): Promise<Result> {
  const store = openStoreForWriting(context.workspace.databasePath)
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

/** Runs `work` with the database open for reading, also beside a process that writes. */
export async function withReader<Result>(
  context: CliContext,
  work: (reader: StudyReader) => Result | Promise<Result>,
): Promise<Result> {
  const reader = openStudyStore(context.workspace.databasePath, { readOnly: true })
  try {
    return await work(reader)
  } finally {
    reader.close()
  }
}

/** The language of a command line that is not parsed yet. */
export function languageOfWords(words: readonly string[]): Language {
  const at = words.indexOf('--language')
  const joined = words.find(word => word.startsWith('--language='))
  return chooseLanguage(at < 0 ? joined?.slice('--language='.length) : words[at + 1])
}

/** POSIX: a variable that is set but empty counts as not set. */
function chooseLanguage(asked: string | undefined): Language {
  const known = languages.find(language => language === asked)
  if (known !== undefined) return known
  const { LC_ALL, LC_MESSAGES, LANG } = process.env
  return languageOf([LC_ALL, LC_MESSAGES, LANG].find(value => value !== undefined && value !== ''))
}
