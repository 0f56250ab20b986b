import { readdir } from 'node:fs/promises'
import path from 'node:path'

/**
 * The files below a folder, as paths that begin with it. Links are neither listed nor followed; Node's own recursion goes through them,
 * out of the folder and round in circles.
 * @throws an error of the file system
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = []
  const folders = [folder]
  for (const current of folders) {
    for (const entry of await readdir(current, { withFileTypes: true })) {
      const entryPath = path.join(current, entry.name)
      if (entry.isDirectory()) folders.push(entryPath)
      else if (entry.isFile()) files.push(entryPath)
    }
  }
  return files
}
