import { spawn } from 'node:child_process'
import process from 'node:process'
import { defined } from '../../../core/values/json.ts'
import { endChild } from '../../../platform/processes/end-child.ts'
import {
  type AddCommands,
  type CliContext,
  withReader,
} from '../../../features/command-line/context.ts'
import { onEnding } from '../../../features/command-line/ending-signals.ts'
import { linkToStudy } from '../../../features/application/common/link.ts'
import { findElectron, type FoundElectron } from '../find-electron.ts'
import { addPortOption, serveApplication, type ServeOptions } from './serve.ts'

/** A runtime that ends with an error this early has not opened a window. */
const STARTS_WITHIN_MS = 10_000

/** `npm start` ends here: a window where there can be one, else one line that says why not, and a page. */
export const addCommands: AddCommands = (program, t) => {
  const command = program
    .command('open')
    .description(t('cli.help.open'))
    .argument('[study]', t('cli.help.open.study'))
  addPortOption(command, t).run(
    async (context, name: string | undefined, options: ServeOptions) => {
      const study =
        name === undefined
          ? undefined
          : await withReader(context, reader => reader.findStudy(name).id)
      const electron = findElectron()
      const reason =
        'missing' in electron
          ? t(`cli.noWindow.${electron.missing}`)
          : await openWindow(electron, context, study)
      if (reason === null) return
      context.printValues(reason, { event: 'noWindow', reason })
      await serveApplication(context, { ...options, ...defined({ study }) })
    },
  )
}

/**
 * Runs Electron to its end.
 * @param study whose page the window shows; undefined: the list of studies
 * @returns null, or why there was no window
 */
async function openWindow(
  { binary, project }: Extract<FoundElectron, { binary: string }>,
  context: CliContext,
  study: number | undefined,
): Promise<string | null> {
  const { ELECTRON_RUN_AS_NODE: _, NODE_OPTIONS: __, ...environment } = process.env
  const database = context.database === null ? [] : [`--db=${context.workspace.databasePath}`]
  const link = study === undefined ? [] : [linkToStudy(study)]
  const startedMs = performance.now()
  // eslint-disable-next-line programs/program-paths -- the path of Electron that was found
  const child = spawn(binary, [...(project === null ? [] : [project]), ...database, ...link], {
    stdio: 'inherit',
    // The back end runs in this very Node, not in Electron's.
    env: { ...environment, TUNEWRIGHT_NODE: process.execPath },
  })
  // Ctrl-C reaches the whole process group: the window ends, and this process after it.
  process.on('SIGINT', () => undefined)
  const release = onEnding(() => {
    endChild(child)
  })
  const ended = await new Promise<string | null>(resolve => {
    child.once('error', error => {
      resolve(error.message)
    })
    child.once('exit', (code, signal) => {
      resolve(code === 0 ? null : (signal ?? `exit code ${code}`))
    })
  })
  process.removeAllListeners('SIGINT')
  release()
  if (ended === null || child.killed) return null
  if (performance.now() - startedMs < STARTS_WITHIN_MS)
    return context.t('cli.windowFailed', { reason: ended })
  process.exitCode = 1
  return null
}
