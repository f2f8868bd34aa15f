/** One number for each period, oldest first; undefined where CloudWatch has no data. */
export type Series = readonly (number | undefined)[];

/**
 * What an expression of CloudWatch's metric math makes of some series (Amazon CloudWatch User Guide, "Metric math
 * syntax and functions"): arithmetic, comparisons, AND and OR, and the functions FILL, IF and DIFF. Throws on anything
 * else, as CloudWatch refuses it.
 */
export function evaluateMath(expression: string, series: Readonly<Record<string, Series>>): Series {
  const length = Math.max(...Object.values(series).map((values) => values.length));
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|>=|<=|==|[-+*/<>(),]/g) ?? [];
  if (tokens.join("") !== expression.replaceAll(/\s/g, "")) throw new Error(`cannot read ${expression}`);
  const reader = new Reader(tokens, series, length);
  const value = reader.readAlternatives();
  reader.expectEnd();
  return value;
}

class Reader {
  private place = 0;
  private readonly tokens: readonly string[];
  private readonly series: Readonly<Record<string, Series>>;
  private readonly length: number;

  constructor(tokens: readonly string[], series: Readonly<Record<string, Series>>, length: number) {
    this.tokens = tokens;
    this.series = series;
    this.length = length;
  }

  readAlternatives(): Series {
    return this.readChain(["OR"], () => this.readChain(["AND"], () => this.readComparison()));
  }

  expectEnd(): void {
    if (this.place < this.tokens.length) throw new Error(`did not expect ${this.tokens[this.place]}`);
  }

  private readComparison(): Series {
    return this.readChain([">", "<", ">=", "<=", "=="], () =>
      this.readChain(["+", "-"], () => this.readChain(["*", "/"], () => this.readValue())),
    );
  }

  private readChain(operators: readonly string[], readOperand: () => Series): Series {
    let left = readOperand();
    while (operators.includes(this.tokens[this.place] ?? "")) {
      const operator = this.next();
      const right = readOperand();
      left = this.each((place) => operate(operator, left[place], right[place]));
    }
    return left;
  }

  private readValue(): Series {
    const token = this.next();
    if (token === "(") {
      const inner = this.readAlternatives();
      this.expect(")");
      return inner;
    }
    if (/^\d/.test(token)) return this.each(() => Number(token));
    if (this.tokens[this.place] === "(") return this.readCall(token);
    const series = this.series[token];
    if (!series || series.length !== this.length) throw new Error(`there is no series ${token}`);
    return series;
  }

  private readCall(name: string): Series {
    this.expect("(");
    const args = [this.readAlternatives()];
    while (this.tokens[this.place] === ",") {
      this.next();
      args.push(this.readAlternatives());
    }
    this.expect(")");
    const [first = [], second = [], third = []] = args;
    const call = `${name}/${args.length}`;
    switch (call) {
      case "FILL/2":
        return this.each((place) => first[place] ?? second[place]);
      case "IF/3":
        return this.each((place) => {
          const condition = first[place];
          if (condition === undefined) return undefined;
          return condition === 0 ? third[place] : second[place];
        });
      case "DIFF/1":
        return this.each((place) => operate("-", first[place], first[place - 1]));
      default:
        throw new Error(`there is no function ${call}`);
    }
  }

  private each(valueAt: (place: number) => number | undefined): Series {
    return Array.from({ length: this.length }, (_, place) => valueAt(place));
  }

  private next(): string {
    const token = this.tokens[this.place];
    if (token === undefined) throw new Error("the expression ends too early");
    this.place += 1;
    return token;
  }

  private expect(token: string): void {
    const found = this.next();
    if (found !== token) throw new Error(`expected ${token}, not ${found}`);
  }
}

function operate(operator: string, left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? undefined : left / right;
    case ">":
      return Number(left > right);
    case "<":
      return Number(left < right);
    case ">=":
      return Number(left >= right);
    case "<=":
      return Number(left <= right);
    case "==":
      return Number(left === right);
    case "AND":
      return Number(left !== 0 && right !== 0);
    case "OR":
      return Number(left !== 0 || right !== 0);
    default:
      throw new Error(`there is no operator ${operator}`);
  }
}
