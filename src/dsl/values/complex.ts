import { ComplexNumber } from "../../tensor/scalar";
import { type PyType, TYPE, type Typed, type Value } from "../type";
import { complexType } from "../types";
import { floatRepr, numberOf } from "./float";

/** A Python complex number. */
export class Complex extends ComplexNumber implements Typed {
  /** Any number as a complex one; undefined for what is none. */
  static of(v: Value): Complex | undefined {
    if (v instanceof Complex) return v;
    const re = numberOf(v);
    return re === undefined ? undefined : new Complex(re, 0);
  }

  get [TYPE](): PyType {
    return complexType;
  }

  plus(o: Complex): Complex {
    return new Complex(this.re + o.re, this.im + o.im);
  }

  minus(o: Complex): Complex {
    return new Complex(this.re - o.re, this.im - o.im);
  }

  times(o: Complex): Complex {
    return new Complex(this.re * o.re - this.im * o.im, this.re * o.im + this.im * o.re);
  }

  over(o: Complex): Complex {
    const d = o.re * o.re + o.im * o.im;
    return new Complex((this.re * o.re + this.im * o.im) / d, (this.im * o.re - this.re * o.im) / d);
  }

  power(o: Complex): Complex {
    if (this.re === 0 && this.im === 0) return new Complex(o.re === 0 && o.im === 0 ? 1 : 0, 0);
    const [size, angle] = [Math.hypot(this.re, this.im), Math.atan2(this.im, this.re)];
    const scale = size ** o.re * Math.exp(-o.im * angle);
    const turn = o.re * angle + o.im * Math.log(size);
    return new Complex(scale * Math.cos(turn), scale * Math.sin(turn));
  }

  /** `(1+2j)`, `2j`. */
  text(): string {
    const short = (x: number) => floatRepr(x).replace(/\.0$/, "");
    if (this.re === 0 && !Object.is(this.re, -0)) return `${short(this.im)}j`;
    const sign = this.im < 0 || Object.is(this.im, -0) ? "" : "+";
    return `(${short(this.re)}${sign}${short(this.im)}j)`;
  }
}
