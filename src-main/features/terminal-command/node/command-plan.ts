import path from 'node:path'
import type { InstalledCommand } from '../common/installed-command.ts'

export interface CommandContext {
  readonly platform: NodeJS.Platform
  /** Of the application. */
  readonly resources: string
  /** The file of the package for Python, in its folder of the resources. */
  readonly wheel: string
  /** The file of an AppImage, whose resources lie elsewhere at every start; null: it is none. */
  readonly appImage: string | null
  /** Of the user. */
  readonly home: string
  /** Where Tunewright keeps what belongs to the user. */
  readonly data: string
  /** A folder that is there and that this user may write. */
  readonly takes: (folder: string) => boolean
}

export interface CommandPlan extends Pick<
  InstalledCommand,
  'program' | 'way' | 'location' | 'pythonPackage' | 'schema'
> {
  /** Files that are copied with the command, from where they lie to where they stay. */
  readonly copies: readonly { readonly from: string; readonly to: string }[]
}

/** The folder of the copies, which holds nothing else. */
const COPIES_FOLDER = 'tunewright-command'

/** The second line of our scripts, by which they are known again. */
const mark = '# tunewright-command'

/** What makes terminals find the command, on each system without the rights of an administrator. */
export function planCommand(context: CommandContext): CommandPlan {
  const { platform, resources, wheel, appImage, home, data, takes } = context
  const system = platform === 'win32' ? path.win32 : path.posix
  const join = (...parts: readonly string[]): string => system.join(...parts)
  const bin = join(resources, 'bin')
  const packaged = {
    pythonPackage: join(resources, 'python', wheel),
    schema: join(resources, 'app.asar.unpacked', 'resources', 'schema', 'study.schema.json'),
  }
  const copies = {
    pythonPackage: join(data, COPIES_FOLDER, wheel),
    schema: join(data, COPIES_FOLDER, 'study.schema.json'),
  }
  const parts = ['pythonPackage', 'schema'] as const
  const files =
    appImage === null
      ? { ...packaged, copies: [] }
      : { ...copies, copies: parts.map(part => ({ from: packaged[part], to: copies[part] })) }
  if (platform === 'win32')
    return { ...files, program: join(bin, 'tunewright.cmd'), way: 'searchPath', location: bin }
  const ownBin = join(home, '.local', 'bin')
  // Finder's applications and terminals of macOS look into no folder of the user.
  const shared = platform === 'darwin' ? ['/usr/local/bin', '/opt/homebrew/bin'] : []
  return {
    ...files,
    program: appImage ?? join(bin, 'tunewright'),
    way: appImage === null ? 'link' : 'script',
    location: join(shared.find(takes) ?? ownBin, 'tunewright'),
  }
}

/** Starts the command line of an AppImage. */
export function scriptFor(appImage: string): string {
  return `#!/bin/sh\n${mark}\nexec '${appImage.replaceAll("'", `'\\''`)}' --cli "$@"\n`
}

export function isOurScript(text: string): boolean {
  return text.startsWith(`#!/bin/sh\n${mark}\n`)
}

/** A link to the command of any installation of ours: an older one may lie elsewhere. */
export function isOurLink(target: string): boolean {
  return /(^|\/)resources\/bin\/tunewright$/i.test(target)
}
