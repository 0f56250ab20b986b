import { type ChildProcess, fork } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { CommandResult } from './run-tunewright.ts'

/** A message to run-commands.ts. */
export interface HostedCommand {
  readonly words: readonly string[]
  readonly folder: string
  readonly variables: NodeJS.ProcessEnv
}

const program = fileURLToPath(new URL('run-commands.ts', import.meta.url))
let host: ChildProcess | null = null
let last: Promise<unknown> = Promise.resolve()

/** Ends with the process of the test file. */
function startHost(): ChildProcess {
  const child = fork(program, { execArgv: ['--disable-warning=ExperimentalWarning'] })
  child.once('exit', () => {
    host = null
  })
  child.unref()
  child.channel?.unref()
  return child
}

/**
 * Runs `tunewright` as {@link runTunewright} does, but all commands of a test file in one process, one after the other: for
 * tests of what commands say and write, of which most of the time is the start of Node. How a command starts and ends, alone
 * and beside others, is tested with processes of their own.
 */
export async function runInHost(
  words: readonly string[],
  folder: string,
  added: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const variables = { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', NO_COLOR: '1', ...added }
  const result = last.then(() => ask({ words, folder, variables }))
  last = result.catch(() => undefined)
  return result
}

async function ask(command: HostedCommand): Promise<CommandResult> {
  host ??= startHost()
  const child = host
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>()
  const onExit = (code: number | null): void =>
    reject(new Error(`${command.words.join(' ')} ended the process with ${code}`))
  child.once('exit', onExit)
  child.once('message', (result: CommandResult) => {
    child.off('exit', onExit)
    child.channel?.unref()
    resolve(result)
  })
  child.channel?.ref()
  child.send(command)
  return promise
}
