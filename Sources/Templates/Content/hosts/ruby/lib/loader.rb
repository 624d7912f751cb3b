# frozen_string_literal: true

require_relative "handler"
require_relative "stacks"

module HksHost
  # Why the function cannot serve.
  class LoadFailure < StandardError
    # What the user's code raised.
    attr_reader :origin

    def initialize(message, origin = nil)
      super(message)
      @origin = origin
    end
  end

  # Finds and loads the user's handler.
  class Loader
    METHOD = /\A[a-z_][A-Za-z0-9_]*[?!]?\z/.freeze
    MODULES = /\A[A-Z][A-Za-z0-9_]*(?:::[A-Z][A-Za-z0-9_]*)*\z/.freeze

    # Loads what `file.method`, `folder/file.method`, `file.Module.method` or `method` names. Raises LoadFailure.
    def self.load(text, folder)
      new(text, folder).load
    end

    def initialize(text, folder)
      @text = text
      @folder = folder
    end

    def load
      path, modules, name = split
      file = "#{@folder}/#{path}.rb"
      unless File.file?(file)
        raise LoadFailure, "handler '#{@text}' not found; there is no '#{path}.rb' (Ruby files here: #{found})"
      end

      known = Object.constants
      run(file)
      method = find(modules, name)
      return checked(method) if method

      names = (main_methods(file) + module_methods(Object.constants - known, file)).join(", ")
      names = "no method" if names.empty?
      raise LoadFailure, "handler '#{@text}' not found; #{path}.rb defines: #{names}"
    end

    private

    # The file's path without its ending, the module or nil, and the method's name.
    def split
      *path, name = @text.split(".", -1)
      modules = path.pop if path.length > 1 && path.last.match?(MODULES)
      path.pop if path.length > 1 && path.last == "rb"
      path = path.empty? ? entry_file(name) : path.join("/")
      return [path, modules, name] if METHOD.match?(name) && path.split("/", -1).none?(&:empty?)

      malformed
    end

    def malformed
      raise LoadFailure,
            "handler '#{@text}' is malformed; write it as 'file.method', for example 'handler.handler'"
    end

    def entry_file(name)
      malformed unless METHOD.match?(name.to_s)
      return "handler" if ruby_files.include?("handler.rb")
      return ruby_files.first.delete_suffix(".rb") if ruby_files.length == 1

      raise LoadFailure,
            "handler '#{@text}' names no file and there is no 'handler.rb' (Ruby files here: #{found})"
    end

    def ruby_files
      Dir.children(@folder).select { |name| name.end_with?(".rb") }.sort
    end

    def found
      ruby_files.empty? ? "none" : ruby_files.join(", ")
    end

    def run(file)
      # As `ruby -I. -Ilib` would have it; files in a folder also find their neighbours.
      [File.dirname(file), "#{@folder}/lib", @folder].uniq.each { |path| $LOAD_PATH.unshift(path) if Dir.exist?(path) }
      require file
    rescue Exception => error
      raise LoadFailure.new("handler '#{@text}' cannot be loaded: #{Stacks.summary(error)}", error)
    end

    # What the file defines as a script does: methods of Object, or of the main object itself.
    def main_methods(file)
      names = Object.private_instance_methods(false) + main.singleton_methods
      names.select { |name| main.method(name).source_location&.first == file }.sort
    end

    # Methods of modules that the file has brought in, as a handler's name would say them.
    def module_methods(constants, file)
      loaded = constants.reject { |name| Object.autoload?(name) }.sort
      modules = loaded.map { |name| Object.const_get(name) }.grep(Module)
      modules.flat_map do |owner|
        names = owner.singleton_methods(false).select { |name| owner.method(name).source_location&.first == file }
        names.sort.map { |name| "#{owner}.#{name}" }
      end
    end

    def find(modules, name)
      owner = main
      if modules
        return nil unless Object.const_defined?(modules)

        owner = Object.const_get(modules)
      end
      return nil unless owner.respond_to?(name, modules.nil?)

      # Every object has methods such as `test` and `format`.
      method = owner.method(name)
      method unless method.source_location.nil? || method.owner == Kernel
    end

    def main
      TOPLEVEL_BINDING.receiver
    end

    def checked(method)
      Handler.new(method)
    rescue ArgumentError => error
      raise LoadFailure, "handler '#{@text}' #{error.message}"
    end
  end
end
