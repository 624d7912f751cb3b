<?php

declare(strict_types=1);

namespace HKS\Host;

/** A user's function, ready to be called with `($event, $context)`. */
final class Handler
{
    private int $arity;
    /** Whether events that are no arrays are of no use to it. */
    private bool $wantsArrays;
    /** Whether it wants its context as a plain array. */
    private bool $wantsArray;

    private function __construct(private \Closure $function, string $text)
    {
        $reflection = new \ReflectionFunction($function);
        $required = $reflection->getNumberOfRequiredParameters();
        if ($required > 2) {
            throw new LoadError("handler '$text' cannot be called: it requires $required arguments, not event and context");
        }
        $parameters = $reflection->getParameters();
        $this->arity = $reflection->isVariadic() ? 2 : min(2, count($parameters));
        if (isset($parameters[0]) && !self::takes($parameters[0], 'array', 'iterable')) {
            throw new LoadError("handler '$text' cannot be called: its first argument, the event, is an array");
        }
        if (isset($parameters[1]) && !self::takes($parameters[1], 'array', 'iterable', 'object', Context::class, \ArrayAccess::class)) {
            throw new LoadError("handler '$text' cannot be called: its second argument, the context, is an array or object");
        }
        $this->wantsArrays = isset($parameters[0]) && !self::takes($parameters[0]);
        $this->wantsArray = isset($parameters[1])
            && !self::takes($parameters[1], 'object', Context::class, \ArrayAccess::class);
    }

    /**
     * Finds the function after its file was loaded; `$returned` is what the file returned. Throws LoadError.
     */
    public static function find(Entry $entry, mixed $returned): self
    {
        $function = self::function($entry) ?? self::method($entry->name) ?? self::returned($entry->name, $returned);
        if ($function === null) {
            $defined = implode(', ', self::defined($entry->file)) ?: 'no function';
            throw new LoadError("handler '$entry->text' not found; $entry->shownFile defines: $defined");
        }
        return new self($function, $entry->text);
    }

    /** Throws Refusal where it does not take the event: what a direct call brings can be any value. */
    public function __invoke(mixed $event, Context $context): mixed
    {
        if (!is_array($event) && $this->wantsArrays) {
            throw new Refusal(400, "the request's body does not fit the handler: it takes an array");
        }
        $arguments = [$event, $this->wantsArray ? $context->toArray() : $context];
        return ($this->function)(...array_slice($arguments, 0, $this->arity));
    }

    private static function function(Entry $entry): ?\Closure
    {
        if (function_exists($entry->name)) {
            return \Closure::fromCallable($entry->name);
        }
        // The file may have a namespace that the manifest need not repeat.
        $suffix = '\\' . strtolower($entry->name);
        $matches = array_filter(
            self::functions($entry->file),
            static fn ($function) => str_ends_with(strtolower($function->getName()), $suffix)
        );
        return count($matches) === 1 ? array_values($matches)[0]->getClosure() : null;
    }

    private static function method(string $name): ?\Closure
    {
        [$class, $method] = explode('::', $name) + [1 => '__invoke'];
        if (!class_exists($class) || !method_exists($class, $method)) {
            return null;
        }
        $reflection = new \ReflectionMethod($class, $method);
        if (!$reflection->isPublic()) {
            return null;
        }
        return $reflection->isStatic() ? $reflection->getClosure() : $reflection->getClosure(new $class());
    }

    private static function returned(string $name, mixed $returned): ?\Closure
    {
        $found = is_array($returned) ? $returned[$name] ?? null : $returned;
        return $found instanceof \Closure || (is_object($found) && is_callable($found))
            ? \Closure::fromCallable($found)
            : null;
    }

    /** @return list<string> */
    private static function defined(string $file): array
    {
        $names = array_map(static fn ($function) => $function->getName(), self::functions($file));
        foreach (get_declared_classes() as $class) {
            $reflection = new \ReflectionClass($class);
            foreach ($reflection->getFileName() === realpath($file) ? $reflection->getMethods() : [] as $method) {
                if ($method->isPublic() && !$method->isConstructor()) {
                    $names[] = $method->getName() === '__invoke' ? $class : "$class::{$method->getName()}";
                }
            }
        }
        return $names;
    }

    /** @return list<\ReflectionFunction> */
    private static function functions(string $file): array
    {
        $functions = [];
        foreach (get_defined_functions()['user'] as $name) {
            $function = new \ReflectionFunction($name);
            if ($function->getFileName() === realpath($file)) {
                $functions[] = $function;
            }
        }
        return $functions;
    }

    private static function takes(\ReflectionParameter $parameter, string ...$types): bool
    {
        $type = $parameter->getType();
        if ($type === null) {
            return true;
        }
        $parts = $type instanceof \ReflectionUnionType ? $type->getTypes() : [$type];
        foreach ($parts as $part) {
            if ($part instanceof \ReflectionNamedType && in_array($part->getName(), ['mixed', ...$types], true)) {
                return true;
            }
        }
        return false;
    }
}
