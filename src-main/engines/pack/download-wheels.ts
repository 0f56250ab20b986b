import { type MessageDescriptor, msg, verbatim } from '../../core/errors/message.ts'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { AppError } from '../../core/errors/errors.ts'
import { executableOnPath } from '../../platform/processes/executable-on-path.ts'
import type { PinnedWheel } from './pack-definition.ts'
import type { Target } from './pack-definition.ts'

export interface DownloadRequest {
  readonly wheels: readonly PinnedWheel[]
  readonly folder: string
  readonly target: Target
  /** E.g. `3.11`. */
  readonly pythonVersion: string
  /** Takes what pip writes, line by line; it reports its own progress. */
  readonly onOutput?: (text: string) => void
}

/** glibc versions of manylinux tags, newest first; pip takes only what is named. */
const glibcMinors = [39, 35, 34, 31, 28, 27, 24, 17]

/**
 * Lets the machine's pip fetch wheels with the index, proxy and certificates that it is set up with; it
 * takes none of another hash.
 * @returns the files
 * @throws AppError `pack.downloadFailed`
 */
export async function downloadWheels(request: DownloadRequest): Promise<string[]> {
  const { wheels, folder, target, pythonVersion } = request
  const pip = await findPip(request)
  const list = path.join(folder, 'requirements.txt')
  const lines = wheels.map(wheel => `${requirementOf(wheel)} --hash=sha256:${wheel.sha256}\n`)
  await writeFile(list, lines.join(''))
  const download = [
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--no-input',
    '--disable-pip-version-check',
    '--python-version',
    pythonVersion,
    ...platformTags(target).flatMap(tag => ['--platform', tag]),
    '--dest',
    folder,
    '--require-hashes',
    '-r',
    list,
  ]
  const { exitCode, tail } = await run(pip, download, request.onOutput)
  if (exitCode !== 0)
    failed([...pip, ...download], verbatim(tail.trim().split('\n').slice(-3).join(' ')))
  const files = (await readdir(folder)).filter(name => name.endsWith('.whl'))
  return files.map(name => path.join(folder, name))
}

function requirementOf({ name, version }: PinnedWheel): string {
  return `${name}==${version}`
}

/** Ways to start pip, the likeliest first; the last one is Windows' where Python is not on the path. */
const pips = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
  ['py', '-3', '-m', 'pip'],
]

async function findPip(request: DownloadRequest): Promise<readonly string[]> {
  for (const pip of pips) {
    const { exitCode } = await run(pip, ['--version'], undefined)
    if (exitCode === 0) return pip
  }
  failed(
    ['python3', '-m', 'pip'],
    msg('failure.noPip', { requirements: request.wheels.map(requirementOf).join(' ') }),
  )
}

function platformTags({ platform, architecture }: Target): string[] {
  const machine = machineOf(architecture, platform)
  if (platform === 'win32') return [`win_${machine}`]
  if (platform === 'darwin') {
    return ['12_0', '11_0', '10_15'].map(version => `macosx_${version}_${machine}`)
  }
  return [
    ...glibcMinors.map(minor => `manylinux_2_${minor}_${machine}`),
    `manylinux2014_${machine}`,
    `linux_${machine}`,
  ]
}

function machineOf(architecture: string, platform: NodeJS.Platform): string {
  if (architecture === 'x64') return platform === 'win32' ? 'amd64' : 'x86_64'
  return platform === 'linux' ? 'aarch64' : architecture
}

interface Ended {
  readonly exitCode: number | null
  /** The last lines. */
  readonly tail: string
}

const TAIL_CHARACTERS = 2_000

function run(
  command: readonly string[],
  extraArguments: readonly string[],
  onOutput: ((text: string) => void) | undefined,
): Promise<Ended> {
  const [program = '', ...first] = command
  return new Promise(resolve => {
    let tail = ''
    let child: ChildProcessByStdio<null, Readable, Readable>
    try {
      child = spawn(executableOnPath(program), [...first, ...extraArguments], {
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      })
    } catch (error) {
      // What Node expects comes as an event; a file that is no program of this system does not.
      resolve({ exitCode: null, tail: (error as Error).message })
      return
    }
    const read = (text: string) => {
      tail = (tail + text).slice(-TAIL_CHARACTERS)
      onOutput?.(text)
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.on('error', error => {
      resolve({ exitCode: null, tail: error.message })
    })
    child.on('close', exitCode => {
      resolve({ exitCode, tail })
    })
  })
}

function failed(command: readonly string[], reason: MessageDescriptor): never {
  throw new AppError('pack.downloadFailed', {
    command: command.join(' '),
    reason,
  })
}
