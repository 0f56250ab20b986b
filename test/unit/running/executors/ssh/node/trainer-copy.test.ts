import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import {
  copyTrainer,
  unpackOrder,
} from '../../../../../../src-main/running/executors/ssh/node/trainer-copy.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()

function write(file: string, content: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(content))
}

/** A package, and code that says which one it is. */
function addPackage(folder: string, version: string, needed: readonly string[] = []): void {
  const dependencies = Object.fromEntries(needed.map(name => [name, '*']))
  write(path.join(folder, 'package.json'), { main: 'which.json', dependencies })
  write(path.join(folder, 'which.json'), version)
}

/** Tunewright as a package of a folder: most of what it needs lies beside it, some in it. */
function installed(): string {
  const modules = path.join(scratch(), 'lib/node_modules')
  const home = path.join(modules, 'tunewright')
  write(path.join(home, 'package.json'), {})
  write(path.join(home, 'src-main/entry-points/remote-trial.json'), {})
  write(path.join(home, 'src-main/web/page.json'), {})
  write(path.join(home, 'resources/conformance/cases.json'), {})
  for (const name of ['core', 'backend-cpu', 'backend-wasm'])
    addPackage(path.join(modules, `@tensorflow/tfjs-${name}`), name)
  for (const name of ['protobufjs', 'ml-matrix', 'intl-messageformat', 'koffi'])
    addPackage(path.join(modules, name), name)
  addPackage(path.join(modules, 'zod'), 'beside', ['long'])
  addPackage(path.join(modules, 'long'), 'beside')
  addPackage(path.join(home, 'node_modules/yaml'), 'own', ['long', 'deep'])
  addPackage(path.join(home, 'node_modules/env-paths'), 'own', ['long'])
  addPackage(path.join(home, 'node_modules/long'), 'own')
  addPackage(path.join(home, 'node_modules/yaml/node_modules/deep'), 'nested', ['long'])
  addPackage(path.join(home, 'node_modules/yaml/node_modules/long'), 'nested')
  return home
}

const versionFor = (user: string, name: string): unknown =>
  JSON.parse(readFileSync(createRequire(path.join(user, 'x.js')).resolve(name), 'utf8'))

async function runOrder(order: string): Promise<number | null> {
  const shell = spawn('sh', ['-c', order], { stdio: 'ignore' })
  return new Promise(resolve => shell.once('close', resolve))
}

it.skipIf(isSkipped('shell'))(
  'packages are found over there as they are here, where Tunewright is a package itself',
  { timeout: 60_000 },
  async () => {
    const home = installed()
    const { packed, entry } = copyTrainer(path.join(home, 'src-main'))
    expect(entry).toBe('node_modules/tunewright/src-main/entry-points/remote-trial.ts')
    const target = scratch()
    const [arrived, folder] = [path.join(target, 'hash.pack'), path.join(target, 'hash')]
    const bring = (): void => {
      mkdirSync(arrived, { recursive: true })
      writeFileSync(path.join(arrived, 'pack'), packed)
    }
    bring()
    const order = unpackOrder(process.execPath, path.join(arrived, 'pack'), folder)
    // Twice at once, as after a cut, and again.
    expect(await Promise.all([runOrder(order), runOrder(order)])).toEqual([0, 0])
    bring()
    expect(await runOrder(order)).toBe(0)
    expect(readdirSync(target)).toEqual(['hash'])
    expect(readdirSync(folder)).toEqual(['node_modules'])
    const copied = path.join(folder, 'node_modules/tunewright')
    const users = [
      '..',
      '../zod',
      'node_modules/env-paths',
      'node_modules/yaml',
      'node_modules/yaml/node_modules/deep',
    ]
    const versions = (from: string): unknown =>
      users.map(user => versionFor(path.join(from, user), 'long'))
    expect(versions(copied)).toEqual(['beside', 'beside', 'own', 'nested', 'nested'])
    expect(versions(copied)).toEqual(versions(home))
    expect(versionFor(path.join(copied, 'node_modules/yaml'), 'deep')).toBe('nested')
    expect(existsSync(path.join(copied, 'resources/conformance/cases.json'))).toBe(true)
    expect(existsSync(path.join(copied, 'src-main/hosts/web'))).toBe(false)
  },
)
