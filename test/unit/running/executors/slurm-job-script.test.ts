import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  attemptScript,
  jobFiles,
} from '../../../../src-main/running/executors/slurm/node/job-script.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const program = '. ./train.sh\n'

describe.skipIf(isSkipped('devices'))('the script of a job', () => {
  let folder = ''
  let attempt = ''
  beforeEach(() => {
    folder = scratch()
    attempt = path.join(folder, 'attempt 1')
    mkdirSync(attempt)
    writeFileSync(path.join(folder, 'run.sh'), program)
    writeFileSync(path.join(folder, "it's train.sh"), 'helper')
    writeFileSync(path.join(folder, 'train.sh'), 'echo trained; exit 3\n')
  })

  /** Writes the script, does what happens while the job waits, and starts it. @returns its exit code */
  function runJob(whileWaiting: () => void = () => undefined): number {
    const files = ['run.sh', "it's train.sh", 'train.sh'].map(name => {
      const file = path.join(folder, name)
      return { path: file, sha256: sha256(readFileSync(file, 'utf8')) }
    })
    const shell = { path: '/bin/sh', sha256: sha256('that of another machine') }
    const filled = { program: '/bin/sh', parameters: ['run.sh'], added: {} }
    const code = {
      directory: folder,
      fingerprint: 'f',
      programs: [{ name: 'sh', file: '/bin/sh' }],
      files: [...files, shell],
    }
    const script = path.join(attempt, 'run.sh')
    writeFileSync(script, attemptScript(filled, code as never, attempt))
    whileWaiting()
    try {
      execFileSync('/bin/sh', [script])
      return 0
    } catch (error) {
      return (error as { readonly status: number }).status
    }
  }

  it('starts the program where trusted files are as they were', () => {
    expect(runJob()).toBe(3)
    const files = jobFiles(attempt)
    expect(readFileSync(files.output(0), 'utf8')).toBe('trained\n')
    expect(readFileSync(files.exit(0), 'utf8')).toBe('3\n')
    expect(existsSync(files.changed(0))).toBe(false)
  })

  it.each(['train.sh', "it's train.sh"])('does not start it where %s has changed', name => {
    const file = path.join(folder, name)
    expect(runJob(() => writeFileSync(file, 'echo something else'))).toBe(126)
    const files = jobFiles(attempt)
    expect(readFileSync(files.changed(0), 'utf8')).toBe(`${file}\n`)
    expect(readFileSync(files.exit(0), 'utf8')).toBe('126\n')
    expect(existsSync(files.output(0))).toBe(false)
  })
})
