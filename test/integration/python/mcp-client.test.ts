import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { mcpTools } from '../../../src-main/hosts/mcp/tools/registry.ts'
import { askPeer, findPeer } from '../../helpers/python-peer.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { smallStudy } from '../../helpers/serve-programs.ts'

const scratch = useScratchFolders()
const python = findPeer('TUNEWRIGHT_CLIENT_PYTHON')

it.skipIf(python === null)(
  'the MCP client of Python checks, runs, waits, summarizes, queues, writes the report',
  () => {
    const database = path.join(scratch(), 'a.sqlite')
    const launcher = path.resolve('bin/tunewright.cjs')
    const allow = ['--allow', 'read,steer,start', '--name', 'from Python']
    const command = [process.execPath, launcher, '--db', database, 'mcp', ...allow]
    const words = [JSON.stringify(command), JSON.stringify(smallStudy)]
    expect(askPeer(python ?? '', 'mcp_client.py', words)).toMatchObject({
      tools: mcpTools.length,
      state: 'finished',
      complete: 6,
      prompt: expect.stringContaining('study 1') as string,
      report: expect.stringContaining('# branin') as string,
    })
  },
  120_000,
)
