import path from 'node:path'
import { withoutMount } from './search-path.ts'

/** The first word of a start that asks for the command line. */
const WORD = '--cli'
/** What the start script of an AppImage may put before all words. */
const OF_APP_IMAGE = '--no-sandbox'

export interface CommandLineContext {
  readonly argv: readonly string[]
  readonly platform: NodeJS.Platform
  readonly resourcesPath: string
  readonly environment: NodeJS.ProcessEnv
  readonly isPackaged: boolean
}

/** What this process is to become. */
export interface PlainNode {
  readonly binary: string
  readonly words: readonly string[]
  readonly environment: NodeJS.ProcessEnv
}

/**
 * An AppImage is one file, mounted for as long as its first process lives: so its command line starts through it, and this process becomes
 * the plain Node before it has a window. Elsewhere the command is a file beside the application; Windows' has no such change.
 * @returns null where a window is asked for
 */
export function commandLineOf(context: CommandLineContext): PlainNode | null {
  const { argv, platform, resourcesPath, environment, isPackaged } = context
  const words = argv.slice(argv[1] === OF_APP_IMAGE ? 2 : 1)
  if (!isPackaged || platform === 'win32' || words[0] !== WORD) return null
  const binary = environment['TUNEWRIGHT_NODE'] || path.join(resourcesPath, 'node', 'node')
  const entry = path.join(resourcesPath, 'app.asar.unpacked', 'src-main', 'cli.ts')
  const search = withoutMount(environment['PATH'], environment)
  return {
    binary,
    words: [binary, '--disable-warning=ExperimentalWarning', entry, ...words.slice(1)],
    environment: { ...environment, ...(search === undefined ? {} : { PATH: search }) },
  }
}
