import { realpathSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findOldNode, LauncherTree, platformPackage } from './launcher-tree.ts'

const reportScript = `console.log(JSON.stringify({ binary: process.execPath, version: process.versions.node }))\n`

let tree: LauncherTree

beforeEach(() => {
  tree = new LauncherTree()
  tree.write('report.mjs', reportScript)
})

afterEach(() => {
  tree.remove()
})

function parseReport(stdout: string) {
  return JSON.parse(stdout) as { binary: string; version: string }
}

/** One line on standard error, exit code 69, nothing on standard output. */
function expectRefusal(result: Awaited<ReturnType<LauncherTree['run']>>, line: RegExp) {
  expect(result).toMatchObject({ code: 69, signal: null, stdout: '' })
  expect(result.stderr).toMatch(line)
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1)
}

describe('which Node runs the script', () => {
  it('is the running one if it is new enough', async () => {
    tree.fakePlatformPackage('#!/bin/sh\nexit 1\n')
    const result = await tree.run('run.cjs', ['report.mjs'])
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(parseReport(result.stdout).binary).toBe(realpathSync(process.execPath))
  })

  it('is that of the platform package under an older Node', async () => {
    tree.linkPlatformPackage()
    const result = await tree.run('run.cjs', ['report.mjs'], {
      nodeArguments: tree.pretendVersion('20.20.2'),
    })
    expect(result).toMatchObject({ code: 0, stderr: '' })
    const report = parseReport(result.stdout)
    expect(report.binary.split(path.sep)).toContain(platformPackage)
    expect(Number.parseInt(report.version, 10)).toBeGreaterThanOrEqual(24)
  })

  const oldNode = findOldNode()
  it.skipIf(oldNode === null)(
    'is that of the platform package under a real older Node',
    async () => {
      tree.linkPlatformPackage()
      const result = await tree.run('run.cjs', ['report.mjs'], { node: oldNode ?? '' })
      expect(result).toMatchObject({ code: 0, stderr: '' })
      expect(parseReport(result.stdout).binary.split(path.sep)).toContain(platformPackage)
    },
  )

  it('is the one that TUNEWRIGHT_NODE names', async () => {
    const result = await tree.run('run.cjs', ['report.mjs'], {
      nodeArguments: tree.pretendVersion('20.20.2'),
      env: { TUNEWRIGHT_NODE: process.execPath },
    })
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(parseReport(result.stdout).binary).toBe(realpathSync(process.execPath))
  })
})

describe('no fitting Node', () => {
  const old = () => ({ nodeArguments: tree.pretendVersion('20.20.2') })

  it('says so in one line when no package is installed', async () => {
    for (const command of ['run.cjs', 'tunewright.cjs']) {
      const result = await tree.run(command, ['report.mjs'], old())
      expectRefusal(
        result,
        new RegExp(
          `Node 24 or later is needed, this is Node 20\\.20\\.2, and the package ${platformPackage} is not`,
        ),
      )
      expect(result.stderr).toMatch(/Install Node 24 .*npm ci/)
    }
  })

  it('refuses a package whose Node is too old', async () => {
    const binary = tree.fakePlatformPackage('#!/bin/sh\necho v22.9.0\n')
    expectRefusal(
      await tree.run('run.cjs', ['report.mjs'], old()),
      /bin\/node is Node v22\.9\.0\. /,
    )
    expect(binary).toContain(platformPackage)
  })

  it('refuses a package whose Node does not run on this machine', async () => {
    tree.fakePlatformPackage('#!/bin/sh\necho "GLIBC_2.99 not found" >&2\nexit 1\n')
    expectRefusal(
      await tree.run('run.cjs', ['report.mjs'], old()),
      /does not run \(GLIBC_2\.99 not found\)/,
    )
  })

  it('refuses a package whose Node cannot be started', async () => {
    tree.fakePlatformPackage('#!/no/such/interpreter\n')
    expectRefusal(await tree.run('run.cjs', ['report.mjs'], old()), /cannot be started \(ENOENT\)/)
  })

  it('refuses a TUNEWRIGHT_NODE that does not fit, even if another would', async () => {
    tree.linkPlatformPackage()
    const env = { TUNEWRIGHT_NODE: tree.path('missing') }
    expectRefusal(
      await tree.run('run.cjs', ['report.mjs'], { env }),
      /TUNEWRIGHT_NODE must name Node 24 or later, but .*missing cannot be started \(ENOENT\)/,
    )
  })

  it('refuses Node 16 before it reads anything newer', async () => {
    const nodeArguments = tree.pretendVersion('16.20.2')
    // Would be a syntax error if it were read.
    tree.write('bin/launch.cjs', 'this is no JavaScript\n')
    for (const command of ['run.cjs', 'tool.cjs', 'tunewright.cjs']) {
      expectRefusal(
        await tree.run(command, ['report.mjs'], { nodeArguments }),
        /Node 16\.20\.2 is too old to start: Node 18 or later is needed/,
      )
    }
  })
})

describe('tool.cjs', () => {
  it('finds the command of a package by the names that package.json gives', async () => {
    const program = `console.log(process.argv.slice(2).join(' '))\n`
    tree.write('node_modules/one/package.json', '{"name":"one","bin":"./cli.js"}')
    tree.write('node_modules/one/cli.js', program)
    const compiler = '{"name":"typescript","bin":{"tsc":"t.js"}}'
    tree.write('node_modules/typescript-7/package.json', compiler)
    tree.write('node_modules/typescript-7/t.js', program)
    expect(await tree.run('tool.cjs', ['one', 'a', '--b'])).toMatchObject({
      code: 0,
      stdout: 'a --b\n',
    })
    expect(await tree.run('tool.cjs', ['tsc', '-p'])).toMatchObject({ code: 0, stdout: '-p\n' })
  })

  it('says when a command is not installed', async () => {
    expectRefusal(
      await tree.run('tool.cjs', ['absent']),
      /no installed package has the command absent/,
    )
  })
})
