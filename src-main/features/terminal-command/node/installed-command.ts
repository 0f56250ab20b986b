import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
} from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../../core/errors/errors.ts'
import { msg, verbatim } from '../../../core/errors/message.ts'
import type { InstalledCommand } from '../common/installed-command.ts'
import { dataFolders } from '../../../platform/files/data-folders.ts'
import { removeEntrySync } from '../../../platform/files/remove.ts'
import { replaceFileSync } from '../../../platform/files/temporary.ts'
import { type CommandPlan, isOurLink, isOurScript, planCommand, scriptFor } from './command-plan.ts'
import { hasPart, withoutPart, withPart } from './search-path-parts.ts'
import { changeUserSearchPath, readSearchPath } from './user-search-path.ts'

/** What this process knows of its installation. */
export interface InstallationContext {
  /** Of the application; null: nothing was installed. */
  readonly resources: string | null
  readonly platform: NodeJS.Platform
  readonly environment: NodeJS.ProcessEnv
  readonly home: string
  /** Where Tunewright keeps what belongs to the user. */
  readonly data: string
}

/** A packaged application's sources lie beside its archive. */
const UNPACKED = 'app.asar.unpacked'

function readInstallationContext(): InstallationContext {
  const project = fileURLToPath(new URL('../../../..', import.meta.url))
  const isPackaged = path.basename(project) === UNPACKED
  const { platform, env: environment } = process
  const resources = isPackaged ? path.dirname(path.resolve(project)) : null
  return { resources, platform, environment, home: homedir(), data: dataFolders().data }
}

/** @returns null where nothing was installed */
export function describeCommand(context = readInstallationContext()): InstalledCommand | null {
  const plan = planOf(context)
  if (plan === null) return null
  const { copies, ...description } = plan
  const filesExist = copies.every(({ from, to }) => isSameFile(from, to))
  return { ...description, filesExist, ...currentState(plan, context.environment) }
}

function currentState(
  plan: CommandPlan,
  environment: NodeJS.ProcessEnv,
): Pick<InstalledCommand, 'location' | 'state' | 'isOnPath'> {
  const { way, location } = plan
  if (way === 'searchPath') {
    const isThere = hasPart(readSearchPath('user'), location)
    const isElsewhere = !isThere && hasPart(readSearchPath('machine'), location)
    const state = isThere ? 'installed' : isElsewhere ? 'elsewhere' : 'absent'
    return { location, state, isOnPath: isThere || isElsewhere }
  }
  const folders = (environment['PATH'] ?? '').split(path.delimiter)
  const isOnPath = folders.includes(path.dirname(location))
  const files = folders.map(folder => path.join(folder, 'tunewright'))
  const elsewhere = files.find(file => file !== location && startsPlan(file, plan))
  if (startsPlan(location, plan)) return { location, state: 'installed', isOnPath }
  if (elsewhere !== undefined) return { location: elsewhere, state: 'elsewhere', isOnPath: true }
  return { location, state: isFree(location) ? 'absent' : 'other', isOnPath }
}

/**
 * Makes terminals find the command, if they do not yet, and copies the files that would go with an AppImage. One of another installation of
 * ours is replaced. @throws AppError `file.exists`, `file.unwritable`
 */
export function installCommand(context = readInstallationContext()): void {
  const plan = planOf(context)
  if (plan === null) return
  const { way, location, program } = plan
  if (currentState(plan, context.environment).state !== 'elsewhere')
    writing(location, () => {
      if (way !== 'searchPath' && !isFree(location))
        throw new AppError('file.exists', { path: location, rule: msg('rule.otherCommand') })
      if (way === 'searchPath') {
        changeUserSearchPath(searchPath => withPart(searchPath, location))
        return
      }
      removeEntrySync(location)
      mkdirSync(path.dirname(location), { recursive: true })
      if (way === 'link') symlinkSync(program, location)
      else {
        replaceFileSync(location, scriptFor(program))
        chmodSync(location, 0o755)
      }
    })
  for (const [at, { from, to }] of plan.copies.entries())
    writing(to, () => {
      // Of another version.
      if (at === 0) removeEntrySync(path.dirname(to))
      mkdirSync(path.dirname(to), { recursive: true })
      copyFileSync(from, to)
    })
}

/** Takes away what {@link installCommand} made, and nothing else. @throws AppError `file.unwritable` */
export function removeCommand(context = readInstallationContext()): void {
  const plan = planOf(context)
  if (plan === null) return
  const { way, location } = plan
  writing(location, () => {
    if (way === 'searchPath') changeUserSearchPath(searchPath => withoutPart(searchPath, location))
    else if (startsPlan(location, plan)) removeEntrySync(location)
  })
  // Another AppImage's command has copied its own.
  if (existsSync(location)) return
  for (const { to } of plan.copies)
    writing(to, () => {
      removeEntrySync(path.dirname(to))
    })
}

function planOf({
  resources,
  platform,
  environment,
  home,
  data,
}: InstallationContext): CommandPlan | null {
  if (resources === null) return null
  const appImage = isMounted(resources, environment['APPDIR']) ? environment['APPIMAGE'] : null
  return planCommand({
    platform,
    resources,
    home,
    data,
    takes: isWritable,
    wheel: wheelWithin(path.join(resources, 'python')),
    appImage: appImage || null,
  })
}

function wheelWithin(folder: string): string {
  if (!existsSync(folder)) return ''
  return readdirSync(folder).find(name => name.endsWith('.whl')) ?? ''
}

/** Terminals that another AppImage has started inherit its variables. */
function isMounted(resources: string, mount: string | undefined): boolean {
  if (!mount || !existsSync(mount)) return false
  const way = path.relative(realpathSync(mount), realpathSync(resources))
  return !path.isAbsolute(way) && way.split(path.sep)[0] !== '..'
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Starts the command of this installation. */
function startsPlan(file: string, { way, program }: CommandPlan): boolean {
  if (!existsSync(file)) return false
  if (way === 'script') return lstatSync(file).isFile() && readSmall(file) === scriptFor(program)
  return realpathSync(file) === realpathSync(program)
}

/** Nothing lies there, or what we made. */
function isFree(file: string): boolean {
  // A file may lie where a folder is wanted, which the separator tells apart.
  const isFolder = existsSync(path.dirname(file) + path.sep)
  const entry = isFolder ? lstatSync(file, { throwIfNoEntry: false }) : null
  if (!entry) return true
  return entry.isSymbolicLink()
    ? isOurLink(readlinkSync(file))
    : entry.isFile() && isOurScript(readSmall(file))
}

function isSameFile(file: string, other: string): boolean {
  if (!existsSync(file) || !existsSync(other)) return false
  return readFileSync(file).equals(readFileSync(other))
}

const SCRIPT_BYTES = 10_000

/** Programs that are not ours may be large, or not for us to read. */
function readSmall(file: string): string {
  try {
    return lstatSync(file).size > SCRIPT_BYTES ? '' : readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function writing(location: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) throw error
    const reason = verbatim(error instanceof Error ? error.message : String(error))
    throw new AppError('file.unwritable', { path: location, reason }, error)
  }
}
