import { withTexts } from '../../core/i18n/spoken.ts'
import process from 'node:process'
import { Command } from 'commander'
import { AppError, errorMessage, isAppError } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { backUpDaily } from '../backups/node/back-up-database.ts'
import { languageOf, languages, type Language } from '../../core/i18n/language.ts'
import { createTranslate, type Translate } from '../../core/i18n/translate.ts'
import { visibleJson } from '../../core/i18n/visible-text.ts'
import { terminalText } from './terminal-text.ts'
import { locateWorkspace, type Workspace } from '../../platform/storage/workspace.ts'
import { steadyClock } from '../../platform/processes/run-time.ts'
import { isShared } from '../../platform/storage/shared-file-systems.ts'
import { openStoreOrReadOnly } from '../../platform/storage/read-only-store.ts'
import { openStoreForWriting, openStudyStore } from '../../platform/storage/sqlite-study-store.ts'
import type { StudyReader, StudyStore } from '../../platform/storage/study-store.ts'

/** Everything that a command needs: where things are, how to speak, where to write. */
export interface CliContext {
  /** How a person starts it here: `npx tunewright` in a project where one of npm's scripts has started it. */
  readonly program: string
  /** The value of `--db`; null for the user's own database. */
  readonly database: string | null
  readonly workspace: Workspace
  readonly language: Language
  readonly t: Translate
  readonly json: boolean
  readonly now: () => number
  readonly print: (text: string) => void
  /** On one line. Messages have their texts beside them; NaN and infinities, which JSON has not, are texts; what cannot be seen is escaped. */
  readonly toJson: (value: unknown) => string
  readonly printJson: (value: unknown) => void
  /** Values for a program, one a line, or their text for a person. */
  readonly printValues: (text: string, ...values: readonly unknown[]) => void
}

/** Adds the commands of one module. */
export type AddCommands = (program: CliCommand, t: Translate) => void

/** A command whose work gets the context of its line. */
export class CliCommand extends Command {
  override createCommand(name?: string): CliCommand {
    return new CliCommand(name)
  }

  /** @param work gets the arguments of the line, and then its options */
  run<Words extends unknown[]>(
    work: (context: CliContext, ...words: Words) => void | Promise<void>,
  ): this {
    return this.action(async (...words: unknown[]) => {
      await work(createContext(this), ...(words as Words))
    })
  }
}

/** Scripts of `package.json` that start a command. */
const npmScripts: readonly (string | undefined)[] = ['quickstart', 'start', 'tunewright']

function programName(npmScript: string | undefined): string {
  return npmScripts.includes(npmScript) ? 'npx tunewright' : 'tunewright'
}

export function createContext(command: Command): CliContext {
  const options = command.optsWithGlobals<{ db?: string; json?: boolean; language?: string }>()
  const database = options.db ?? null
  const json = options.json === true
  const t = createTranslate(chooseLanguage(options.language))
  const texts = withTexts(t)
  const toJson = (whole: unknown): string =>
    visibleJson(
      JSON.stringify(whole, (key, value: unknown) =>
        typeof value === 'number' && !Number.isFinite(value) ? String(value) : texts(key, value),
      ),
    )
  const print = (text: string): void => {
    process.stdout.write(`${terminalText(text)}\n`)
  }
  const printJson = (value: unknown): void => {
    print(toJson(value))
  }
  const printValues = (text: string, ...values: readonly unknown[]): void => {
    if (json) values.forEach(printJson)
    else print(text)
  }
  const workspace = locateWorkspace(database)
  return {
    program: programName(process.env['npm_lifecycle_event']),
    database,
    workspace,
    language: t.language,
    t,
    json,
    now: steadyClock(),
    print,
    toJson,
    printJson,
    printValues,
  }
}

/** Runs `work` with the database open for writing (made if missing), and closes it whatever happens. */
export async function withStore<Result>(
  context: CliContext,
  work: (store: StudyStore) => Promise<Result>,
): Promise<Result> {
  const { workspace, now, t } = context
  const store = openStoreForWriting(workspace.databasePath)
  try {
    warnOfSharedDatabase(context)
    const result = await work(store)
    const failure = await backUpDaily({ store, workspace, now })
    if (failure !== null) {
      printNotice(context, t('cli.backupFailed', { reason: errorMessage(failure) }))
    }
    return result
  } finally {
    store.close()
  }
}

/** As {@link withStore}; while another process writes the database, with a store that is read-only. */
export async function withStoreOrLook<Result>(
  context: CliContext,
  work: (store: StudyStore, isReadOnly: boolean) => Promise<Result>,
): Promise<Result> {
  const { store, isReadOnly } = openStoreOrReadOnly(context.workspace.databasePath)
  try {
    warnOfSharedDatabase(context)
    return await work(store, isReadOnly)
  } finally {
    store.close()
  }
}

/** Says where machines could meet at the database, and no write-ahead log is kept for it. */
export function warnOfSharedDatabase(context: CliContext): void {
  if (isShared(context.workspace.databasePath)) printNotice(context, context.t('database.shared'))
}

/** A line beside the output, which may be a protocol; with `--json` an object. */
export function printNotice({ json, toJson }: CliContext, text: string): void {
  const line = json ? toJson({ event: 'notice', text }) : terminalText(text)
  process.stderr.write(`${line}\n`)
}

/** Runs `work` with the database open for reading, also beside a process that writes. */
export async function withReader<Result>(
  context: CliContext,
  work: (reader: StudyReader) => Result | Promise<Result>,
): Promise<Result> {
  const reader = openStoreForReading(context.workspace.databasePath)
  try {
    return await work(reader)
  } finally {
    reader.close()
  }
}

/**
 * Opens a database for reading, also beside a process that writes. One of an earlier version is first brought up to date, as
 * whatever opens it for writing does (a copy stays beside it); where that cannot be, the error says what to do.
 * @throws AppError `file.notFound`, `database.*`
 */
function openStoreForReading(databasePath: string): StudyReader {
  try {
    return openStudyStore(databasePath, { readOnly: true })
  } catch (error) {
    const isOlder =
      isAppError(error, 'database.readOnly') && error.detail.reason.code === 'failure.olderSchema'
    if (!isOlder) throw error
    try {
      openStudyStore(databasePath).close()
    } catch (refusal) {
      throw isAppError(refusal, 'database.readOnly') ? error : refusal
    }
    return openStudyStore(databasePath, { readOnly: true })
  }
}

/** The language of a command line that is not parsed yet. */
export function languageOfWords(words: readonly string[]): Language {
  const at = words.indexOf('--language')
  const joined = words.find(word => word.startsWith('--language='))
  return chooseLanguage(at < 0 ? joined?.slice('--language='.length) : words[at + 1])
}

/** POSIX: a variable that is set but empty counts as not set. */
function chooseLanguage(languageTag: string | undefined): Language {
  const supportedLanguage = languages.find(language => language === languageTag)
  if (supportedLanguage !== undefined) return supportedLanguage
  const { LC_ALL, LC_MESSAGES, LANG } = process.env
  return languageOf([LC_ALL, LC_MESSAGES, LANG].find(value => value !== undefined && value !== ''))
}

/** A word of the command line that breaks a rule. */
export function usageError(
  name: string,
  text: string,
  rule: MessageDescriptor,
): AppError<'usage.invalid'> {
  const reason = msg('rule.argument', { name, text: JSON.stringify(text), rule })
  return new AppError('usage.invalid', { reason })
}

/** A number of a command line, 0 … `limit`. @throws AppError `usage.invalid` that names the field */
export function wholeNumber(text: string, name: string, low = 0, limit = 99_999_999): number {
  const value = Number(text)
  if (/^\d{1,8}$/.test(text) && value >= low && value <= limit) return value
  throw usageError(name, text, msg('rule.wholeBetween', { low, high: limit }))
}
