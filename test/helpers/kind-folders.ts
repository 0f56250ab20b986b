/** The folder of a kind by its registered name: latinHypercube is in latin-hypercube. */
export function folderOfName(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

export function nameOfFolder(folder: string): string {
  return folder.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
