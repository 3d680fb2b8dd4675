import type { BranchName } from '@headgate/core'

/** The two halves of `owner/name`. */
export const ownerAndName = (branch: Pick<BranchName, 'repository'>) => {
  const [owner = '', name = ''] = branch.repository.split('/')
  return { owner, name }
}

/** A repository name that is safe in a URL path and as a directory. */
export const isRepositoryName = (text: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9-_]*\/[A-Za-z0-9._-]+$/.test(text) && !/\/\.{1,2}$/.test(text)

/** A branch name that git takes, so that it can't be read as an option or a range. */
export const isBranchName = (text: string): boolean =>
  text.length > 0 &&
  text.length < 250 &&
  !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.lock(\/|$)|(^|\/)\./.test(text) &&
  !/^[-/]|[/.]$|^@$/.test(text)
