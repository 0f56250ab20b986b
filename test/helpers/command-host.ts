import { fork } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('run-commands.ts', import.meta.url))

export interface CommandHost {
  /** @returns everything that the command printed, on either stream */
  run(words: readonly string[]): Promise<string>
  end(): void
}

/**
 * Runs commands of `tunewright` in one process, for tests of what they print: most of a short command is the start of Node. How
 * a command starts and ends is tested with `startTunewright`.
 */
export function startCommandHost(folder: string, variables: NodeJS.ProcessEnv): CommandHost {
  const child = fork(program, {
    cwd: folder,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', NO_COLOR: '1', ...variables },
  })
  return {
    async run(words) {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const onExit = (code: number | null): void =>
        reject(new Error(`${words.join(' ')} ended the process with ${code}`))
      child.once('message', (printed: string) => {
        child.off('exit', onExit)
        resolve(printed)
      })
      child.once('exit', onExit)
      child.send(words)
      return promise
    },
    end() {
      child.kill()
    },
  }
}
