import { type Fact, fact, verbatim } from '../../../contract/fact.ts'
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../contract/errors.ts'
import type { Target } from './select-files.ts'

export interface DownloadRequest {
  /** Requirements as pip takes them, e.g. `tensorflow-cpu==2.21.0`. */
  readonly requirements: readonly string[]
  readonly folder: string
  readonly target: Target
  /** Takes what pip writes, line by line; it reports its own progress. */
  readonly onOutput?: (text: string) => void
}

/** The wheels of a version differ by Python only in parts that are not used. */
const pythonVersion = '3.11'
/** glibc versions of manylinux tags, newest first; pip takes only what is named. */
const glibcMinors = [39, 35, 34, 31, 28, 27, 24, 17]

/**
 * Lets the machine's pip fetch wheels with the index, proxy and certificates that it is set up with; it
 * checks their hashes against the index.
 * @returns the files
 * @throws AppError `pack.downloadFailed`
 */
export async function downloadWheels(request: DownloadRequest): Promise<string[]> {
  const { requirements, folder, target } = request
  const pip = await findPip(request)
  const download = [
    ...['download', '--no-deps', '--only-binary=:all:', '--no-input'],
    ...['--disable-pip-version-check', '--python-version', pythonVersion],
    ...platformTags(target).flatMap(tag => ['--platform', tag]),
    ...['--dest', folder, ...requirements],
  ]
  const { exitCode, tail } = await run(pip, download, request.onOutput)
  if (exitCode !== 0)
    failed([...pip, ...download], verbatim(tail.trim().split('\n').slice(-3).join(' ')))
  const files = (await readdir(folder)).filter(name => name.endsWith('.whl'))
  return files.map(name => path.join(folder, name))
}

/** Ways to start pip, the likeliest first. */
const pips = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']] as const

async function findPip(request: DownloadRequest): Promise<readonly string[]> {
  for (const pip of pips) {
    const { exitCode } = await run(pip, ['--version'], undefined)
    if (exitCode === 0) return pip
  }
  failed(
    ['python3', '-m', 'pip'],
    fact('failure.noPip', { requirements: request.requirements.join(' ') }),
  )
}

function platformTags({ platform, architecture }: Target): string[] {
  if (platform === 'darwin') return [`macosx_12_0_${architecture}`, `macosx_11_0_${architecture}`]
  const machine = architecture === 'x64' ? 'x86_64' : 'aarch64'
  return [
    ...glibcMinors.map(minor => `manylinux_2_${minor}_${machine}`),
    ...[`manylinux2014_${machine}`, `linux_${machine}`],
  ]
}

interface Ended {
  readonly exitCode: number | null
  /** The last lines. */
  readonly tail: string
}

const TAIL_CHARACTERS = 2_000

function run(
  command: readonly string[],
  more: readonly string[],
  onOutput: ((text: string) => void) | undefined,
): Promise<Ended> {
  const [program = '', ...first] = command
  return new Promise(resolve => {
    let tail = ''
    const child = spawn(program, [...first, ...more], { stdio: ['ignore', 'pipe', 'pipe'] })
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

function failed(command: readonly string[], reason: Fact): never {
  throw new AppError('pack.downloadFailed', {
    command: command.join(' '),
    reason,
  })
}
