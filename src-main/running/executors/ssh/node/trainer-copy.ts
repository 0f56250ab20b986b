import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import { isBelow } from '../../../../platform/files/own-path.ts'

/** Packages that trainers import, with those that they need. */
const packages = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  'zod',
  'protobufjs',
  'ml-matrix',
  'intl-messageformat',
  'env-paths',
  'koffi',
  'yaml',
]
const ofCode = /\.(ts|js|cjs|mjs|json|wasm|node)$/
/** The same code for browsers, and what only describes it. */
const notForNode = /\.(d\.ts|d\.mts|d\.cts|(es2017|fesm|min|es2017\.min|fesm\.min)\.js)$/
/** Of TensorFlow.js Node loads `tf….node.js`. */
const ofTensorflow = /(package\.json|\.node\.js|\.wasm|wasm-out\/[^/]*\.js)$/

const ownFile = fileURLToPath(import.meta.url)
const ownFolder = path.resolve(path.dirname(ownFile), '../../../..')

type Dependencies = Readonly<
  Partial<Record<'dependencies' | 'optionalDependencies', Readonly<Record<string, string>>>>
>

interface CopiedFile {
  /** With `/`, below the folder of the copy. */
  readonly relativePath: string
  readonly content: Buffer
}

/** All that Node needs on the machine to train a trial, packed: one line of paths and sizes, then the contents. */
export interface TrainerCopy {
  /** Of what is in it. */
  readonly hash: string
  readonly packed: Buffer
  /** Of the entry, below the folder of the copy. */
  readonly entry: string
}

/**
 * All lies in it to each other as it does here, so that Node finds the same packages.
 * @param codeFolder folder of our code
 * @throws AppError `file.unreadable` where a package is not installed
 */
export function copyTrainer(codeFolder = ownFolder): TrainerCopy {
  const home = path.dirname(codeFolder)
  const installed = packagesOf(home)
  const top = topOf(home, installed)
  const files = [
    ...codeBelow(top, codeFolder, name => !/\/(desktop|web|cli)\//.test(name)),
    ...codeBelow(top, path.join(home, 'resources/conformance')),
    fileOf(top, path.join(home, 'package.json')),
    ...installed.flatMap(({ name, folder }) =>
      name.startsWith('@tensorflow/')
        ? codeBelow(top, folder, file => ofTensorflow.test(file))
        : codeBelow(top, folder),
    ),
  ]
  const hash = createHash('sha256')
  for (const { relativePath, content } of files)
    hash.update(`${relativePath} ${content.length}\n`).update(content)
  const index = JSON.stringify(
    files.map(({ relativePath, content }) => [relativePath, content.length]),
  )
  const all = Buffer.concat([Buffer.from(`${index}\n`), ...files.map(({ content }) => content)])
  return {
    hash: hash.digest('hex'),
    packed: gzipSync(all, { level: 1 }),
    entry: relativePathIn(
      top,
      path.join(codeFolder, `entry-points/remote-trial${path.extname(ownFile)}`),
    ),
  }
}

/** A script for Node on the machine: makes the files of a pack in a folder. */
const unpackScript = `const fs = require('node:fs'), path = require('node:path')
const [file, folder] = process.argv.slice(1)
const all = require('node:zlib').gunzipSync(fs.readFileSync(file))
let at = all.indexOf(10) + 1
for (const [place, bytes] of JSON.parse(all.subarray(0, at).toString())) {
  const target = path.join(folder, place)
  fs.mkdirSync(path.dirname(target), { recursive: true })
  fs.writeFileSync(target, all.subarray(at, (at += bytes)))
}`

/** Makes a folder of a pack, and removes the pack and what it lies in. However often it is given, also at once, it makes it once. */
export function unpackOrder(node: string, pack: string, folder: string): string {
  const quotedFolder = quote(folder)
  const order = `exec 2>&1; umask 077; part=${quote(`${folder}.${randomUUID()}`)}."$$"
[ -d ${quotedFolder} ] || { ${quote(node)} -e ${quote(unpackScript)} ${quote(pack)} "$part" && { [ -d ${quotedFolder} ] || mv "$part" ${quotedFolder}; }; }
rm -rf "$part" ${quotedFolder}/"\${part##*/}"
[ -d ${quotedFolder} ] && rm -rf ${quote(path.posix.dirname(pack))}`
  return order
}

interface Package {
  readonly name: string
  readonly folder: string
  /** In whose `node_modules` it lies. */
  readonly holder: string
}

/** Those that trainers import, with those that they need, as Node finds them from a folder on. */
function packagesOf(home: string): Package[] {
  const byFolder = new Map<string, Package>()
  const add = (name: string, user: string, isOptional = false): void => {
    const located = findPackage(name, user)
    if (located === null && isOptional) return
    if (located === null) throw notInstalled(name, user)
    const { folder } = located
    if (byFolder.has(folder)) return
    byFolder.set(folder, located)
    const text = readFileSync(path.join(folder, 'package.json'), 'utf8')
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text) as Dependencies
    for (const needed of Object.keys(dependencies))
      if (!needed.startsWith('@types/')) add(needed, folder)
    for (const needed of Object.keys(optionalDependencies)) add(needed, folder, true)
  }
  for (const name of packages) add(name, home)
  return [...byFolder.values()]
}

/** In `node_modules` of a folder, or of one above. */
function findPackage(name: string, from: string): Package | null {
  for (let holder = from; ; holder = path.dirname(holder)) {
    const folder = path.join(holder, 'node_modules', name)
    if (existsSync(path.join(folder, 'package.json'))) return { name, folder, holder }
    if (holder === path.dirname(holder)) return null
  }
}

/** What holds everything: where Tunewright is a package itself, those that it needs may lie beside it. */
function topOf(home: string, installed: readonly Package[]): string {
  const above = installed.map(({ holder }) => holder).filter(holder => isBelow(holder, home))
  return above.reduce((top, holder) => (holder.length < top.length ? holder : top), home)
}

function notInstalled(name: string, folder: string): AppError {
  return new AppError('file.unreadable', {
    path: path.join(folder, 'node_modules', name),
    reason: msg('failure.notInstalled'),
  })
}

function relativePathIn(top: string, file: string): string {
  return path.relative(top, file).split(path.sep).join('/')
}

function fileOf(top: string, file: string): CopiedFile {
  return { relativePath: relativePathIn(top, file), content: readFileSync(file) }
}

/** @param isWanted asked with the path in the folder, which begins with `/` */
function codeBelow(
  top: string,
  folder: string,
  isWanted: (pathInFolder: string) => boolean = () => true,
  within = '',
): CopiedFile[] {
  const copied: CopiedFile[] = []
  const entries = readdirSync(folder, { withFileTypes: true })
  entries.sort((left, right) => (left.name < right.name ? -1 : 1))
  for (const entry of entries) {
    const entryPath = path.join(folder, entry.name)
    const pathInFolder = `${within}/${entry.name}`
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules')
        copied.push(...codeBelow(top, entryPath, isWanted, pathInFolder))
    } else if (ofCode.test(entry.name) && !notForNode.test(entry.name) && isWanted(pathInFolder)) {
      copied.push(fileOf(top, entryPath))
    }
  }
  return copied
}
