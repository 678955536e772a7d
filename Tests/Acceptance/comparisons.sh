#!/usr/bin/env bash
# comparisons.sh PROGRAM: what in a release program compares or hashes texts by their meaning, one function a line.
#
# Normalising a stranger's text takes a time that grows with the square of a run of accents, so the program compares
# bytes (Sources/Text). The source cannot show where the compiler takes an operator of the standard library instead,
# the machine code can: each call of one is a call here. A generic function of the standard library that was compiled
# for texts counts as one of them. Hashing the words of the program's own enumerations is left out.
set -euo pipefail
own='4Text|6Domain|9Templates|11Decisioning|13Configuration|5Store|8Delivery|9Analytics|3Web|8Platform|7Service|7reprise'

objdump -d --no-show-raw-insn "$1" | awk -v own="$own" '
  # Calls between functions, each once.
  /^[0-9a-f]+ <.*>:$/ { caller = substr($2, 2, length($2) - 3); next }
  /(call|jmp) .*</ {
    callee = $0
    sub(/^[^<]*</, "", callee)
    sub(/>[^>]*$/, "", callee)
    if (callee ~ /^\$s/ && callee !~ /\+0x/ && callee != caller && !((caller, callee) in known)) {
      known[caller, callee] = 1
      callers[++count] = caller
      callees[count] = callee
    }
  }
  # Operators, switches and searches of String, Substring and Character that normalise.
  function isOperator(name) {
    return name ~ /^\$s(SS|SJ|Ss)(2eeoi|2neoi|1loi|1goi|2leoi|2geoi|9hasPrefix|9hasSuffix)/ ||
      name ~ /^\$sSysE(2ee|2ne|1l|1g|2le|2ge)oi/ ||
      name ~ /^\$ss[0-9]+_stringCompare/ || name ~ /^\$ss21_findStringSwitchCase/ ||
      name ~ /17_StringProcessing/
  }
  function isOwn(name) { return name ~ own && name !~ /^\$s[0-9A-Za-z_]*(12_RegexParser|17_StringProcessing)/ }
  # A copy of a generic function of the standard library for texts: its name ends in what it was compiled for.
  function isCopy(name) { return name ~ /S[SJ]_?[A-Za-z0-9_]*Tg[0-9q]*m?5?/ && !(name ~ own) }
  END {
    for (i = 1; i <= count; i++) if (isOperator(callees[i])) { bad[callees[i]] = 1; found = 1 }
    # The standard library, which is part of the program, calls its own.
    if (!found) { print "no calls of operators found: not a release program?"; exit 1 }
    do {
      grown = 0
      for (i = 1; i <= count; i++)
        if (callees[i] in bad && !(callers[i] in bad) && isCopy(callers[i]) && callers[i] ~ /2eeoi|2neoi|1loi|8contains|7firstIndex|5split|6starts|13elementsEqual/) {
          bad[callers[i]] = 1
          grown = 1
        }
    } while (grown)
    for (i = 1; i <= count; i++) {
      if (!isOwn(callers[i])) continue
      # The initializer of an enumeration from its raw text; who has a stranger'"'"'s word uses init(word:).
      if (callers[i] ~ /8rawValue[A-Za-z0-9_]*fC|SY[A-Za-z0-9_]*8rawValue/) continue
      if (callees[i] in bad) print callers[i]
    }
  }' | sort -u | swift demangle --simplified
