import { buildSchema, type GraphQLSchema } from 'graphql'

let built: Promise<GraphQLSchema> | null = null

const build = async (): Promise<GraphQLSchema> => {
  const { schema } = await import('@octokit/graphql-schema')
  // The published SDL defines one field twice; GitHub serves it all the same.
  return buildSchema(schema.idl, { assumeValidSDL: true })
}

/** GitHub's published schema, built once per process (about 0.2 s). */
export const githubSchema = (): Promise<GraphQLSchema> => (built ??= build())
