import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const source = `const { workerData: { folder, target }, parentPort } = require('node:worker_threads')
const fs = require('node:fs')
let isOver = false
let links = 0
const quietly = work => { try { work(); return true } catch { return false } }
parentPort.on('message', () => { isOver = true })
const turn = () => {
  for (let count = 0; count < 200; count++) {
    if (!fs.existsSync(folder) && !fs.existsSync(folder + '.old')) quietly(() => fs.mkdirSync(folder))
    quietly(() => fs.symlinkSync(target, folder + '.link'))
    quietly(() => fs.renameSync(folder, folder + '.old'))
    if (quietly(() => fs.renameSync(folder + '.link', folder))) links++
    quietly(() => fs.unlinkSync(folder))
    quietly(() => fs.renameSync(folder + '.old', folder))
  }
  if (isOver) { parentPort.postMessage(links); parentPort.close() }
  else setImmediate(turn)
}
parentPort.postMessage('ready')
turn()`

/** Puts a link to `target` in the place of a folder, and the folder back, over and over, in a thread of its own. */
export async function swapForLink(
  folder: string,
  target: string,
): Promise<{ /** @returns how many links there were */ end(): Promise<number> }> {
  const worker = new Worker(source, { eval: true, workerData: { folder, target } })
  await once(worker, 'message')
  return {
    async end() {
      const answer = once(worker, 'message')
      worker.postMessage('end')
      const [links] = (await answer) as [number]
      await worker.terminate()
      return links
    },
  }
}
