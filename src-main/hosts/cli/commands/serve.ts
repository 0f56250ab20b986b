import { msg } from '../../../core/errors/message.ts'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { AppError } from '../../../core/errors/errors.ts'
import { optunaStorageLine } from '../../../core/storage/optuna-storage.ts'
import { AccessTokens } from '../../../features/access/node/access-tokens.ts'
import { type BackEnd, createBackEnd } from '../../back-end/create-back-end.ts'
import { rendererFolder } from '../../calls/renderer-files.ts'
import { projectFolder } from '../find-electron.ts'
import { requirePage } from '../require-page.ts'
import { readLink, removeLink, writeLink } from '../../web/link-file.ts'
import { tunewrightVersion } from '../../../platform/machine/environment.ts'
import type { Programs } from '../../web/program-endpoint.ts'
import { startWebHost, type WebHost } from '../../web/web-host.ts'
import {
  type AddCommands,
  type CliCommand,
  type CliContext,
  printNotice,
  usageError,
  wholeNumber,
  withStore,
  withStoreOrLook,
} from '../../../features/command-line/context.ts'
import { isWrittenElsewhere } from '../../../platform/storage/read-only-store.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import { watchOptunaFile } from '../../../features/optuna-storage/cli/optuna-watch.ts'
import { onEnding, outliveSignals } from '../../../features/command-line/ending-signals.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { visibleText } from '../../../core/i18n/visible-text.ts'

export interface ServeOptions {
  readonly port: number
  readonly link?: true
  /** Port for programs of Optuna; true: a free one. */
  readonly optuna?: number | true
  readonly optunaFailAfter?: number
  /** Where programs of Optuna upload files to. */
  readonly optunaArtifacts?: string
  /** A file that a program of Optuna writes. */
  readonly optunaWatch?: string
  /** While another process writes the database. */
  readonly readOnly?: true
  /** Whose page the printed link leads to; absent: the list of studies. */
  readonly study?: number
}

/** Adds `--port` to a command that may serve the page. */
export function addPortOption(command: CliCommand, t: Translate): CliCommand {
  const toPort = (text: string): number => wholeNumber(text, '--port', 0, 65_535)
  return command.option('--port <number>', t('cli.help.port'), toPort, 0)
}

const toOptunaPort = (text: string): number => wholeNumber(text, '--optuna', 0, 65_535)
const toMinutes = (text: string): number => wholeNumber(text, '--optuna-fail-after', 1, 100_000)

export const addCommands: AddCommands = (program, t) => {
  const command = program.command('serve').description(t('cli.help.serve'))
  addPortOption(command, t)
    .option('--link', t('cli.help.serve.link'))
    .option('--read-only', t('cli.help.readOnly'))
    .option('--optuna [port]', t('cli.help.optuna'), toOptunaPort)
    .option('--optuna-fail-after <minutes>', t('cli.help.optunaFail'), toMinutes)
    .option('--optuna-artifacts <folder>', t('cli.help.optunaArtifacts'))
    .option('--optuna-watch <file>', t('cli.help.optunaWatch'))
    .run(async (context, options: ServeOptions) => {
      requireOptunaEndpoint(options)
      requireWatched(options)
      if (options.link === true) printLink(context)
      else if (options.readOnly === true) await serveApplication(context, options)
      else await withReadOnlyHint(context, serveApplication(context, options))
    })
}

/** @throws AppError `usage.invalid` for settings of an endpoint that stays closed */
function requireOptunaEndpoint(options: ServeOptions): void {
  const { optuna, optunaWatch, optunaArtifacts, optunaFailAfter, readOnly } = options
  if (readOnly === true && (optuna !== undefined || optunaWatch !== undefined))
    throw usageError('--read-only', '', msg('rule.readOnly.noEndpoint'))
  if (optuna !== undefined || optunaWatch !== undefined) return
  const rule = msg('rule.argument.oneOf', { options: ['--optuna', '--optuna-watch'] })
  if (optunaArtifacts !== undefined) throw usageError('--optuna-artifacts', optunaArtifacts, rule)
  if (optunaFailAfter !== undefined)
    throw usageError('--optuna-fail-after', String(optunaFailAfter), rule)
}

/** Before a page is announced. @throws AppError `file.notFound` */
function requireWatched({ optunaWatch }: ServeOptions): void {
  if (optunaWatch === undefined || existsSync(optunaWatch)) return
  throw new AppError('file.notFound', { path: path.resolve(optunaWatch), field: '--optuna-watch' })
}

/** A link of the process that serves the page of this database. @throws AppError `usage.invalid` if none does */
function printLink(context: CliContext): void {
  const { databasePath, linkFile } = context.workspace
  const link = readLink(linkFile)
  if (link === null) {
    throw new AppError('usage.invalid', {
      reason: msg('failure.notServing', { path: databasePath }),
    })
  }
  context.printValues(link, { event: 'link', link })
}

async function withReadOnlyHint(context: CliContext, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (isWrittenElsewhere(error)) printNotice(context, context.t('cli.readOnlyHint'))
    throw error
  }
}

/** Serves the application until it is told to end. @throws AppError if the page is not built, or for the port */
export async function serveApplication(context: CliContext, options: ServeOptions): Promise<void> {
  await requirePage({ project: projectFolder, renderer: rendererFolder }, () =>
    printNotice(context, context.t('cli.buildingPage')),
  )
  const open = options.readOnly === true ? withStoreOrLook : withStore
  await open(context, async (store: StudyStore, isReadOnly = false) => {
    const { workspace, now } = context
    const backEnd = createBackEnd({ store, isReadOnly, workspace, kind: 'web', now })
    // The one that writes may have a page of its own.
    const keepLink = (): void => {
      if (!backEnd.isReadOnly) writeLink(workspace.linkFile, web.issueLink())
    }
    const onBug = (method: string, error: unknown): void => {
      backEnd.log(method, error)
      logBug(method, error)
    }
    const forgetLink = (): void => {
      if (!backEnd.isReadOnly) removeLink(workspace.linkFile)
    }
    const web = await startHost(options.port, {
      api: backEnd.api,
      hub: backEnd.hub,
      onBug,
      programs: programsOf(context, backEnd),
      uploadFolder: workspace.uploadDirectory,
      transfers: backEnd.transfers,
      onSignIn: keepLink,
    })
    keepLink()
    // It may have taken over.
    backEnd.hub.subscribe(event => {
      if (event.type === 'reset') keepLink()
    })
    greet(context, web, options.study)
    let watching: { close(): Promise<void> } | null
    try {
      watching = await openOptuna(context, backEnd, options)
    } catch (error) {
      forgetLink()
      await backEnd.close()
      await web.close()
      throw error
    }
    await askedToEnd()
    forgetLink()
    if (!context.json) context.print(context.t('cli.stopping'))
    await watching?.close()
    await backEnd.close()
    await web.close()
  })
}

function programsOf({ workspace }: CliContext, backEnd: BackEnd): Programs {
  const tokens = new AccessTokens(workspace.tokenFile)
  return {
    version: tunewrightVersion(),
    find: secret => tokens.find(secret),
    apiFor: backEnd.apiFor,
    isBusy: () => backEnd.isBusy,
  }
}

async function openOptuna(
  context: CliContext,
  backEnd: BackEnd,
  { optuna, optunaFailAfter, optunaArtifacts, optunaWatch }: ServeOptions,
): Promise<{ close(): Promise<void> } | null> {
  if (optuna === undefined && optunaWatch === undefined) return null
  const port = await backEnd.openOptuna({
    port: optuna === undefined || optuna === true ? 0 : optuna,
    failAfterMs: optunaFailAfter === undefined ? null : optunaFailAfter * 60_000,
    ...(optunaArtifacts !== undefined && { artifacts: path.resolve(optunaArtifacts) }),
  })
  const line = optunaStorageLine(port)
  context.printValues(context.t('cli.optunaServing', { line }), { event: 'optuna', port })
  if (optunaWatch === undefined) return null
  const request = { file: path.resolve(optunaWatch), port }
  return watchOptunaFile(request, error => logBug('optuna-watch', error))
}

async function startHost(
  port: number,
  options: Omit<Parameters<typeof startWebHost>[0], 'port'>,
): Promise<WebHost> {
  try {
    return await startWebHost({ ...options, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    const reason = msg('failure.portTaken', { port })
    throw new AppError('usage.invalid', { reason }, error)
  }
}

function greet(context: CliContext, web: WebHost, study: number | undefined): void {
  const printLink = (): void => {
    const link = web.issueLink(study)
    context.printValues(context.t('cli.serving', { link }), {
      event: 'serving',
      port: web.port,
      link,
    })
  }
  printLink()
  if (!process.stdin.isTTY) return
  process.stdin.on('data', printLink)
  process.stdin.unref()
}

/** Until Ctrl-C (the third ends the process), SIGTERM, a closed terminal, or a launcher that is gone. */
async function askedToEnd(): Promise<void> {
  let interrupts = 0
  await new Promise<void>(resolve => {
    process.on('SIGINT', () => {
      if (++interrupts > 2) process.exit(130)
      if (interrupts === 1) outliveSignals()
      resolve()
    })
    onEnding(resolve)
  })
}

function logBug(method: string, error: unknown): void {
  const stack = error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${visibleText(`${method}: ${stack}`)}\n`)
}
