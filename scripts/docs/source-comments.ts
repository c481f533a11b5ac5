import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import ts from 'typescript'
import {ROOT} from './root.js'

/**
 * Reads the comment before each text of a list: `export const STATES = ['a', …]`.
 * @param file path in the repository
 * @param list name of the constant
 * @throws Error for a text without a comment, which the reference would show without a meaning
 */
export function commentsOfList(file: string, list: string): ReadonlyMap<string, string> {
  const source = parse(file)
  const comments = new Map<string, string>()
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText(source) === list) {
      const array = node.initializer && ts.isAsExpression(node.initializer) ? node.initializer.expression : node.initializer
      if (array && ts.isArrayLiteralExpression(array))
        for (const element of array.elements)
          if (ts.isStringLiteral(element)) comments.set(element.text, commentBefore(source, element, `${list} in ${file}`))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  if (comments.size === 0) throw new Error(`${file} has no list ${list}`)
  return comments
}

/** A member of an interface: its comment, and the names in the type of its n-th type argument. */
export interface MemberFacts {
  readonly comment: string
  readonly input: string
  readonly output: string
}

/**
 * Reads the members of an interface whose types are `Spec<_, Input, Output>`.
 * @throws Error for a member without a comment
 */
export function membersOf(file: string, name: string): ReadonlyMap<string, MemberFacts> {
  const program = ts.createProgram([join(ROOT, file)], {strict: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022})
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(join(ROOT, file))!
  const found = source.statements.find(
    (node): node is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(node) && node.name.text === name,
  )
  if (!found) throw new Error(`${file} has no interface ${name}`)
  const members = new Map<string, MemberFacts>()
  for (const member of found.members) {
    if (!ts.isPropertySignature(member) || !member.type || !ts.isTypeReferenceNode(member.type)) continue
    const [, input, output] = member.type.typeArguments ?? []
    members.set(member.name.getText(source), {
      comment: commentBefore(source, member, `${name} in ${file}`),
      input: fieldsOf(checker, checker.getTypeFromTypeNode(input!)),
      output: output!.getText(source).replace(/^readonly /, ''),
    })
  }
  return members
}

function fieldsOf(checker: ts.TypeChecker, type: ts.Type): string {
  return checker
    .getPropertiesOfType(type)
    .map(({name}) => `\`${name}\``)
    .join(', ')
}

function commentBefore(source: ts.SourceFile, node: ts.Node, where: string): string {
  const ranges = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []
  const last = ranges.at(-1)
  if (!last) throw new Error(`${node.getText(source).split(/[:\n]/)[0]} of ${where} has no comment that says what it means`)
  return source.text
    .slice(last.pos, last.end)
    .replace(/^\/\*\*?|\*\/$|^\/\//g, '')
    .replace(/^\s*\* ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true)
}
