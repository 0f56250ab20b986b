/** A folder among those of Windows' search path; `%VARIABLES%` of other entries stay as they are. */

export function withPart(searchPath: string, folder: string): string {
  return hasPart(searchPath, folder)
    ? searchPath
    : [...searchPath.split(';').filter(part => part !== ''), folder].join(';')
}

export function withoutPart(searchPath: string, folder: string): string {
  if (!hasPart(searchPath, folder)) return searchPath
  return searchPath
    .split(';')
    .filter(part => !isSame(part, folder))
    .join(';')
}

export function hasPart(searchPath: string, folder: string): boolean {
  return searchPath.split(';').some(part => isSame(part, folder))
}

function isSame(part: string, folder: string): boolean {
  return plain(part) === plain(folder)
}

function plain(folder: string): string {
  return folder
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/[\\/]+$/, '')
    .toLowerCase()
}
