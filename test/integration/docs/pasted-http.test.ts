import { execFile, execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { scopes } from '../../../src-main/features/access/common/access.ts'
import { servePrograms, smallStudy } from '../../helpers/serve-programs.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const page = readFileSync(path.join(import.meta.dirname, '../../../docs/http-and-mcp.md'), 'utf8')

/** What the example asks with, if it is not there. */
function missing(): string | null {
  return ['bash', 'curl', 'jq'].find(name => !isThere(name)) ?? null
}

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const lacking = missing()
if (lacking !== null) console.warn(`docs/http-and-mcp.md is not pasted: no ${lacking}`)

it.skipIf(lacking !== null)(
  'docs/http-and-mcp.md: a script makes a study, queues a point and fetches the report',
  { timeout: 120_000 },
  async () => {
    const [, block = ''] = /^```console\n(\$ TOKEN=.*?)^```$/ms.exec(page) ?? []
    const folder = scratch()
    const served = await servePrograms(folder)
    try {
      writeFileSync(path.join(folder, 'study.yaml'), JSON.stringify(smallStudy))
      const script = block
        .split('\n')
        .filter(line => line.startsWith('$ '))
        .map(line => line.slice(2))
        .join('\n')
        .replace('TOKEN=…', `TOKEN=${served.token(...scopes)}`)
        .replace('127.0.0.1:8080', `127.0.0.1:${served.web.port}`)
      const options = { cwd: folder }
      const words = ['-euo', 'pipefail', '-c', script]
      const { stdout } = await promisify(execFile)('bash', words, options)
      const expected = block.split('\n').filter(line => /^[[{]/.test(line))
      expect(expected).toEqual(['[]', '{"studyId":1}'])
      expect(stdout.startsWith(expected.join(''))).toBe(true)
      expect(stdout).toContain('"kind":"trial.queued"')
      expect(readFileSync(path.join(folder, 'report.md'), 'utf8')).toMatch(/^# branin/)
    } finally {
      await served.close()
    }
  },
)
