/** Links of ours, as `electron-builder.yml` registers them. */
export const linkScheme = 'tunewright'

/** The page of a study, as the router has it. */
export function pageOfStudy(id: number): string {
  return `/studies/${id}`
}

/**
 * The page that a link leads to. Anybody can make a link, so it can only show: `tunewright://study/7`,
 * `tunewright://studies`, `tunewright://new`.
 * @returns null for every other address
 */
export function pageOfLink(link: string): string | null {
  const [, page, , id] = /^tunewright:\/\/([a-z]+)(\/([0-9]{1,15}))?\/?$/.exec(link) ?? []
  if (page === 'study' && id !== undefined) return pageOfStudy(Number(id))
  if (id !== undefined) return null
  return page === 'studies' ? '/studies' : page === 'new' ? '/studies/new' : null
}

/** The link to the page of a study. */
export function linkToStudy(id: number): string {
  return `${linkScheme}://study/${id}`
}
