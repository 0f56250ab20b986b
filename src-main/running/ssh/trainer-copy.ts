import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { AppError } from '../../contract/errors.ts'
import { fact } from '../../contract/fact.ts'

/** Packages that trainers import, with those that they need. */
const packages = [
  ...['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-wasm'],
  ...['zod', 'protobufjs', 'ml-matrix', 'intl-messageformat', 'env-paths', 'koffi', 'yaml'],
]
const ofCode = /\.(ts|js|cjs|mjs|json|wasm|node)$/
/** The same code for browsers, and what only describes it. */
const notForNode = /\.(d\.ts|d\.mts|d\.cts|(es2017|fesm|min|es2017\.min|fesm\.min)\.js)$/
/** Of TensorFlow.js Node loads `tf….node.js`. */
const ofTensorflow = /(package\.json|\.node\.js|\.wasm|wasm-out\/[^/]*\.js)$/

type Dependencies = Readonly<
  Partial<Record<'dependencies' | 'optionalDependencies', Readonly<Record<string, string>>>>
>

interface CopiedFile {
  /** With `/`, below the folder of the copy. */
  readonly place: string
  readonly content: Buffer
}

/** All that Node needs over there to train a trial, packed: one line of places and sizes, then the contents. */
export interface TrainerCopy {
  /** Of what is in it. */
  readonly hash: string
  readonly packed: Buffer
  /** Of the entry, below the folder of the copy. */
  readonly entry: string
}

/** @throws AppError `file.notFound` where a package is not installed */
export function copyTrainer(): TrainerCopy {
  const own = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
  const home = path.dirname(own)
  const files = [
    ...filesBelow(own, path.basename(own), name => !/\/(desktop|web|cli)\//.test(name)),
    ...filesBelow(path.join(home, 'resources/conformance'), 'resources/conformance'),
    { place: 'package.json', content: readFileSync(path.join(home, 'package.json')) },
    ...packageFiles(home),
  ]
  const hash = createHash('sha256')
  for (const { place, content } of files)
    hash.update(`${place} ${content.length}\n`).update(content)
  const index = JSON.stringify(files.map(({ place, content }) => [place, content.length]))
  const all = Buffer.concat([Buffer.from(`${index}\n`), ...files.map(({ content }) => content)])
  const ending = path.extname(fileURLToPath(import.meta.url))
  return {
    hash: hash.digest('hex'),
    packed: gzipSync(all, { level: 1 }),
    entry: `${path.basename(own)}/children/trial-there${ending}`,
  }
}

/** A script for Node over there: makes the files of a pack in a folder. */
export const unpackScript = `const fs = require('node:fs'), path = require('node:path')
const [file, folder] = process.argv.slice(1)
const all = require('node:zlib').gunzipSync(fs.readFileSync(file))
let at = all.indexOf(10) + 1
for (const [place, bytes] of JSON.parse(all.subarray(0, at).toString())) {
  const target = path.join(folder, place)
  fs.mkdirSync(path.dirname(target), { recursive: true })
  fs.writeFileSync(target, all.subarray(at, (at += bytes)))
}`

function packageFiles(home: string): CopiedFile[] {
  const added = new Map<string, CopiedFile[]>()
  const add = (name: string, user: string, isOptional = false): void => {
    const folder = findPackage(name, user)
    if (folder === null && isOptional) return
    if (folder === null) throw notInstalled(name, user)
    // One that belongs to its user alone lies in it over there, too.
    const isNested = user !== home && folder.startsWith(user + path.sep)
    const place = isNested ? path.relative(nodeModulesOf(user), folder) : name
    if (added.has(place)) return
    const isTensorflow = name.startsWith('@tensorflow/')
    const wanted = (file: string): boolean => !isTensorflow || ofTensorflow.test(file)
    added.set(place, filesBelow(folder, `node_modules/${place.split(path.sep).join('/')}`, wanted))
    const text = readFileSync(path.join(folder, 'package.json'), 'utf8')
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text) as Dependencies
    for (const one of Object.keys(dependencies)) if (!one.startsWith('@types/')) add(one, folder)
    for (const one of Object.keys(optionalDependencies)) add(one, folder, true)
  }
  for (const name of packages) add(name, home)
  return [...added.values()].flat()
}

function nodeModulesOf(folder: string): string {
  const parts = folder.split(path.sep)
  return parts.slice(0, parts.indexOf('node_modules') + 1).join(path.sep)
}

/** As Node finds it: in `node_modules` of a folder, or of one above. */
function findPackage(name: string, from: string): string | null {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name)
    if (existsSync(path.join(candidate, 'package.json'))) return candidate
    if (folder === path.dirname(folder)) return null
  }
}

function notInstalled(name: string, folder: string): AppError {
  return new AppError('file.unreadable', {
    path: path.join(folder, 'node_modules', name),
    reason: fact('failure.notInstalled'),
  })
}

function filesBelow(
  folder: string,
  place: string,
  isWanted: (place: string) => boolean = () => true,
): CopiedFile[] {
  const found: CopiedFile[] = []
  const entries = readdirSync(folder, { withFileTypes: true })
  entries.sort((one, other) => (one.name < other.name ? -1 : 1))
  for (const entry of entries) {
    const own = path.join(folder, entry.name)
    const there = `${place}/${entry.name}`
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') found.push(...filesBelow(own, there, isWanted))
    } else if (ofCode.test(entry.name) && !notForNode.test(entry.name) && isWanted(there)) {
      found.push({ place: there, content: readFileSync(own) })
    }
  }
  return found
}
